package io.streamweir.bench.batch;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/** The lines of a batch file, each made when it is read, so that no file is needed. */
final class LinesStream extends InputStream {

  private final IntFunction<String> line;
  private final int count;
  private byte[] current = new byte[0];
  private int position;
  private int next = 1;

  /**
   * @param line makes the line of a number from 1, its end included
   */
  LinesStream(IntFunction<String> line, int count) {
    this.line = line;
    this.count = count;
  }

  @Override
  public int read() {
    return advance() ? current[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int from, int length) {
    if (!advance()) {
      return -1;
    }
    var taken = Math.min(length, current.length - position);
    System.arraycopy(current, position, target, from, taken);
    position += taken;
    return taken;
  }

  private boolean advance() {
    while (position == current.length) {
      if (next > count) {
        return false;
      }
      current = line.apply(next++).getBytes(StandardCharsets.UTF_8);
      position = 0;
    }
    return true;
  }
}
