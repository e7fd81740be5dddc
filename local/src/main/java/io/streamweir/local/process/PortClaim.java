package io.streamweir.local.process;

import io.streamweir.local.terminal.WeirException;

/**
 * A port that a process will listen on.
 *
 * @param advice how to choose another one, for messages
 */
public record PortClaim(String host, int port, String advice) {

  /** Marks the processes of a stack on their command line with its data directory. */
  public static final String DATA_PROPERTY = "weir.data";

  /**
   * Makes sure that the port is free.
   *
   * @param service who wants it
   * @throws WeirException naming the process that has it
   */
  public void check(String service) {
    if (Ports.isFree(host, port)) {
      return;
    }
    throw new WeirException(
        "Port %d, which %s needs, is taken by %s. Stop that process, or choose another port: %s"
            .formatted(port, service, owner(), advice));
  }

  private String owner() {
    return PortOwner.of(port).map(PortClaim::describe).orElse("a process of another user");
  }

  private static String describe(ProcessHandle process) {
    var command = CommandLine.of(process);
    var words = "process " + process.pid() + " (" + CommandLine.shorten(command) + ")";
    return CommandLine.property(command, DATA_PROPERTY)
        .map(
            data -> words + ", part of the stack in " + data + " (./weir down --data " + data + ")")
        .orElse(words);
  }
}
