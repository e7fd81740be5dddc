package io.streamweir.local.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How to run one process of the stack.
 *
 * @param name its role, also of its pid file and log
 * @param command program and arguments
 * @param environment variables beside those of the caller
 * @param scratch a directory of its own that is emptied before it starts
 * @param ports what it listens on
 * @param probe whether it serves
 * @param pulse whether it does anything at all: what runs and has no pulse hangs
 */
public record ServiceSpec(
    String name,
    List<String> command,
    Map<String, String> environment,
    Path scratch,
    List<PortClaim> ports,
    Probe probe,
    Probe pulse) {

  public ServiceSpec {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(scratch, "scratch is null");
    Objects.requireNonNull(probe, "probe is null");
    Objects.requireNonNull(pulse, "pulse is null");
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    ports = List.copyOf(ports);
  }
}
