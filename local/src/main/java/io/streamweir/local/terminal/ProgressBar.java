package io.streamweir.local.terminal;

/** How far something is, in one line; where nobody watches, a line now and then. */
public final class ProgressBar {

  private static final int WIDTH = 30;
  private static final int REPORTS = 5;

  private final Terminal terminal;
  private final String what;
  private long nextReport;

  /**
   * @param what is counted, with what has become of it
   */
  public ProgressBar(Terminal terminal, String what) {
    this.terminal = terminal;
    this.what = what;
  }

  public void show(int done, int total) {
    var filled = total == 0 ? 0 : (int) ((long) WIDTH * done / total);
    terminal.status(
        "  [%s%s] %d of %d %s"
            .formatted("#".repeat(filled), ".".repeat(WIDTH - filled), done, total, what));
    if (!terminal.interactive() && done >= nextReport) {
      terminal.line("  %d of %d %s", done, total, what);
      nextReport = done + total / REPORTS + 1;
    }
  }

  public void end() {
    terminal.status("");
  }
}
