package io.streamweir.local.terminal;

import java.io.PrintStream;

/**
 * Where a command writes. Lines go to standard output, and above a status line (progress) where
 * there is one. Thread-safe.
 */
public final class Terminal {

  private static final String ERASE_LINE = "\r\u001b[2K";

  private final PrintStream out;
  private final boolean interactive;
  private String statusLine = "";

  /**
   * @param interactive whether a person watches: only then is a status line redrawn in place
   */
  public Terminal(PrintStream out, boolean interactive) {
    this.out = out;
    this.interactive = interactive;
  }

  /** Standard output of this process. */
  public static Terminal standard() {
    return new Terminal(System.out, System.console() != null);
  }

  public boolean interactive() {
    return interactive;
  }

  public synchronized void line(String format, Object... values) {
    erase();
    out.println(values.length == 0 ? format : String.format(format, values));
    out.print(statusLine);
    out.flush();
  }

  public synchronized void lines(TextTable table) {
    table.lines().forEach(text -> line("%s", text));
  }

  /** Text without a line end, for token streams. */
  public synchronized void text(String text) {
    out.print(text);
    out.flush();
  }

  /** Replaces the status line; an empty text removes it. Does nothing if nobody watches. */
  public synchronized void status(String text) {
    if (!interactive) {
      return;
    }
    erase();
    statusLine = text;
    out.print(text);
    out.flush();
  }

  private void erase() {
    if (!statusLine.isEmpty()) {
      out.print(ERASE_LINE);
    }
  }
}
