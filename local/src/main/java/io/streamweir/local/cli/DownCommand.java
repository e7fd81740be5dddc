package io.streamweir.local.cli;

import io.streamweir.local.stack.Shutdown;
import io.streamweir.local.terminal.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "down",
    description = "Stop the processes of the stack. Its data stays, and up goes on with it.")
public final class DownCommand implements Runnable {

  @Mixin private StackOption option;

  @Override
  public void run() {
    new Shutdown(option.stack(), Terminal.standard()).run();
  }
}
