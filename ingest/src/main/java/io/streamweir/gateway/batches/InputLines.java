package io.streamweir.gateway.batches;

import io.streamweir.gateway.files.FileReader;
import io.streamweir.gateway.files.LineCounter;
import io.streamweir.schemas.FileChunk;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The lines of a file, one after the other, with no more in memory than a chunk and a line. Not
 * thread-safe.
 */
final class InputLines implements AutoCloseable {

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  /**
   * @param number from 1, blank lines counted
   * @param bytes without the end of line; of a line that is too long its beginning
   * @param length in bytes, of all of it
   * @param isBlank whether it holds nothing but blanks
   */
  record Line(int number, byte[] bytes, long length, boolean isBlank) {

    boolean isTooLong() {
      return length > bytes.length;
    }
  }

  /** Where the bytes come from. */
  interface Source extends AutoCloseable {

    /** The next bytes; null behind the last. */
    ByteBuffer next();

    @Override
    void close();
  }

  private final Source source;
  private final int longest;
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
  private ByteBuffer chunk = ByteBuffer.allocate(0);
  private int number;
  private boolean blank;

  /**
   * @param longest bytes of a line that are kept
   */
  InputLines(Source source, int longest) {
    this.source = source;
    this.longest = longest;
  }

  static InputLines of(FileReader file, int longest) {
    return new InputLines(
        new Source() {
          @Override
          public ByteBuffer next() {
            return file.next().map(FileChunk::getContent).orElse(null);
          }

          @Override
          public void close() {
            file.close();
          }
        },
        longest);
  }

  /** Number of the line that was read last; 0 before the first. */
  int number() {
    return number;
  }

  /** The next line; null behind the last. */
  Line next() {
    begun.reset();
    blank = true;
    long length = 0;
    var any = false;
    while (true) {
      if (!chunk.hasRemaining()) {
        chunk = source.next();
        if (chunk == null) {
          chunk = ByteBuffer.allocate(0);
          return any ? line(length) : null;
        }
        continue;
      }
      any = true;
      var part = untilEnd();
      length += part;
      if (chunk.hasRemaining()) {
        chunk.get();
        return line(length);
      }
    }
  }

  @Override
  public void close() {
    source.close();
  }

  /** Takes the bytes up to the end of the line or of the chunk; returns how many. */
  private int untilEnd() {
    var from = chunk.position();
    var to = from;
    while (to < chunk.limit() && chunk.get(to) != '\n') {
      blank &= LineCounter.isBlank(chunk.get(to));
      to++;
    }
    var kept = Math.min(to - from, longest - begun.size());
    if (kept > 0) {
      begun.write(chunk.array(), chunk.arrayOffset() + from, kept);
    }
    chunk.position(to);
    return to - from;
  }

  private Line line(long length) {
    number++;
    var bytes = begun.toByteArray();
    if (number == 1 && startsWithMark(bytes)) {
      var plain = Arrays.copyOfRange(bytes, BYTE_ORDER_MARK.length, bytes.length);
      return new Line(number, plain, length - BYTE_ORDER_MARK.length, blank);
    }
    return new Line(number, bytes, length, blank);
  }

  private static boolean startsWithMark(byte[] bytes) {
    return bytes.length >= BYTE_ORDER_MARK.length
        && Arrays.equals(
            bytes, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, BYTE_ORDER_MARK.length);
  }
}
