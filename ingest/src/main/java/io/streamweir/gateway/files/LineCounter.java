package io.streamweir.gateway.files;

/** Counts the lines of a text that passes by, in any encoding of which ASCII is a part. */
public final class LineCounter {

  private long lines;
  private long filled;
  private boolean begun;
  private boolean inked;

  public void take(byte[] bytes) {
    for (var b : bytes) {
      if (b == '\n') {
        endLine();
      } else {
        begun = true;
        inked |= !isBlank(b);
      }
    }
  }

  /** Lines so far, the one without an end included. */
  public long lines() {
    return lines + (begun ? 1 : 0);
  }

  /** Those of them that hold more than blanks. */
  public long filled() {
    return filled + (inked ? 1 : 0);
  }

  private void endLine() {
    lines++;
    filled += inked ? 1 : 0;
    begun = false;
    inked = false;
  }

  /** Whether a byte is no content of a line. */
  public static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
  }
}
