package io.streamweir.local.demo;

import io.streamweir.local.terminal.Terminal;

/** The progress of a demo, in one line. */
final class DemoProgress {

  private static final int WIDTH = 30;

  private final Terminal terminal;
  private final int total;
  private long nextReport;

  DemoProgress(Terminal terminal, int total) {
    this.terminal = terminal;
    this.total = total;
  }

  /** Shows how many of the requests have their result, usage record and whole stream. */
  void show(int complete) {
    var filled = (int) ((long) WIDTH * complete / total);
    terminal.status(
        "  [%s%s] %d of %d requests answered and billed"
            .formatted("#".repeat(filled), ".".repeat(WIDTH - filled), complete, total));
    if (!terminal.interactive() && complete >= nextReport) {
      terminal.line("  %d of %d requests answered and billed", complete, total);
      nextReport = complete + total / 5 + 1;
    }
  }

  void end() {
    terminal.status("");
  }
}
