package io.streamweir.local.cli;

import io.streamweir.local.process.LogFile;
import io.streamweir.local.terminal.Pause;
import io.streamweir.local.terminal.Terminal;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "logs", description = "Show the log of a process.")
public final class LogsCommand implements Runnable {

  private static final Duration POLL = Duration.ofMillis(200);

  @Mixin private StackOption option;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..1",
      description = "The process, or the beginning of its name. Without it: where the logs are.")
  private String name;

  @Option(
      names = {"-n", "--lines"},
      defaultValue = "50",
      description = "Number of lines from the end. Default: ${DEFAULT-VALUE}.")
  private int lines;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with what is written, until interrupted.")
  private boolean follow;

  @Override
  public void run() {
    var terminal = Terminal.standard();
    var services = option.stack().services();
    if (name == null) {
      services.all().forEach(each -> terminal.line("%-14s %s", each.name(), each.log().path()));
      return;
    }
    var log = services.named(name).log();
    log.tail(lines).forEach(line -> terminal.line("%s", line));
    if (follow) {
      copyForEver(log, System.out);
    }
  }

  private static void copyForEver(LogFile log, PrintStream out) {
    try (var channel = Files.newByteChannel(log.path())) {
      channel.position(channel.size());
      var input = Channels.newInputStream(channel);
      while (true) {
        if (input.transferTo(out) == 0) {
          Pause.of(POLL);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + log.path(), e);
    }
  }
}
