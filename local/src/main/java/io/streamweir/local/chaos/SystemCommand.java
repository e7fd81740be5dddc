package io.streamweir.local.chaos;

import io.streamweir.local.terminal.WeirException;
import java.io.IOException;

/** A program of the operating system. */
final class SystemCommand {

  private SystemCommand() {}

  /**
   * Sends a signal by the shell's own {@code kill}; not every system has a program of that name.
   */
  static void signal(String name, long pid) {
    run("sh", "-c", "kill -" + name + " " + pid);
  }

  /** Waits for its end. A process that it is about may have ended before: that is no failure. */
  static void run(String... words) {
    try {
      new ProcessBuilder(words)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new WeirException(
          "Cannot run " + words[0] + ", which chaos needs: " + e.getMessage() + ". Install it.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException("Interrupted", e);
    }
  }
}
