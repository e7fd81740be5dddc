package io.streamweir.schemas.codec;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;

/**
 * Reads Avro binary from bytes that nobody vouches for.
 *
 * <p>Avro's own decoder allocates what a length says before it looks whether that much is there: a
 * record of ten bytes can ask for two gigabytes, and the out-of-memory error takes the process
 * down. This one believes no length beyond the bytes at hand. It also notices strings that are not
 * UTF-8, which Java would replace silently. One record, one thread.
 */
final class BoundedDecoder extends Decoder {

  private static final char REPLACEMENT = '\uFFFD';
  private static final int MOST_VARINT_BYTES = 10;

  private final ByteBuffer in;
  private int malformedTextAt = -1;

  BoundedDecoder(byte[] bytes, int offset) {
    in = ByteBuffer.wrap(bytes, offset, bytes.length - offset).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Offset of the first string that is not UTF-8; -1 if all are. */
  int malformedTextAt() {
    return malformedTextAt;
  }

  @Override
  public void readNull() {
    // takes no bytes
  }

  @Override
  public boolean readBoolean() throws IOException {
    return take(1).get() == 1;
  }

  @Override
  public int readInt() throws IOException {
    var value = readLong();
    if (value != (int) value) {
      throw new AvroRuntimeException("Malformed data. " + value + " is no int");
    }
    return (int) value;
  }

  @Override
  public long readLong() throws IOException {
    long zigzag = 0;
    for (int i = 0; i < MOST_VARINT_BYTES; i++) {
      var b = take(1).get();
      zigzag |= (b & 0x7FL) << (7 * i);
      if (b >= 0) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
    }
    throw new AvroRuntimeException("Malformed data. A number has more than 10 bytes");
  }

  @Override
  public float readFloat() throws IOException {
    return take(Float.BYTES).getFloat();
  }

  @Override
  public double readDouble() throws IOException {
    return take(Double.BYTES).getDouble();
  }

  @Override
  public Utf8 readString(Utf8 old) throws IOException {
    return new Utf8(readString());
  }

  @Override
  public String readString() throws IOException {
    var length = length();
    var start = in.position();
    var text = new String(in.array(), in.arrayOffset() + start, length, StandardCharsets.UTF_8);
    in.position(start + length);
    if (malformedTextAt < 0 && text.indexOf(REPLACEMENT) >= 0 && !isUtf8(start, length)) {
      malformedTextAt = start;
    }
    return text;
  }

  private boolean isUtf8(int start, int length) {
    try {
      StandardCharsets.UTF_8
          .newDecoder()
          .decode(in.duplicate().position(start).limit(start + length));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @Override
  public void skipString() throws IOException {
    skipBytes();
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer old) throws IOException {
    var bytes = new byte[length()];
    in.get(bytes);
    return ByteBuffer.wrap(bytes);
  }

  @Override
  public void skipBytes() throws IOException {
    skipFixed(length());
  }

  @Override
  public void readFixed(byte[] bytes, int start, int length) throws IOException {
    take(length).get(bytes, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    take(length);
    in.position(in.position() + length);
  }

  @Override
  public int readEnum() throws IOException {
    return readInt();
  }

  @Override
  public int readIndex() throws IOException {
    return readInt();
  }

  @Override
  public long readArrayStart() throws IOException {
    return items();
  }

  @Override
  public long arrayNext() throws IOException {
    return items();
  }

  @Override
  public long skipArray() throws IOException {
    return skipItems();
  }

  @Override
  public long readMapStart() throws IOException {
    return items();
  }

  @Override
  public long mapNext() throws IOException {
    return items();
  }

  @Override
  public long skipMap() throws IOException {
    return skipItems();
  }

  /** Items of the next block; a negative count says that the size of the block in bytes follows. */
  private long items() throws IOException {
    var count = readLong();
    if (count < 0) {
      count = -count;
      readLong();
    }
    return countWithin(count);
  }

  private long skipItems() throws IOException {
    var count = readLong();
    while (count < 0) {
      skipBytes();
      count = readLong();
    }
    return countWithin(count);
  }

  /** Every item of the schemas in use takes a byte at least. */
  private long countWithin(long count) {
    if (count < 0 || count > in.remaining()) {
      throw new AvroRuntimeException(
          "Malformed data. " + count + " items in " + in.remaining() + " bytes");
    }
    return count;
  }

  private int length() throws IOException {
    var length = readLong();
    if (length < 0) {
      throw new AvroRuntimeException("Malformed data. Length is negative: " + length);
    }
    require(length);
    return (int) length;
  }

  private ByteBuffer take(int length) throws EOFException {
    require(length);
    return in;
  }

  private void require(long length) throws EOFException {
    if (length > in.remaining()) {
      throw new EOFException(
          "Malformed data. " + length + " bytes are due, " + in.remaining() + " are left");
    }
  }
}
