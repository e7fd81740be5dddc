package io.streamweir.text.detokenize;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;

/** A UTF-8 decoder for bytes that come in pieces; keeps an incomplete character for later. */
final class Utf8Stream {
  private final CharsetDecoder decoder =
      UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);

  /** At most three bytes of a character whose rest has not come. */
  private byte[] incomplete = {};

  String append(byte[] bytes) {
    ByteBuffer in =
        ByteBuffer.allocate(incomplete.length + bytes.length).put(incomplete).put(bytes).flip();
    CharBuffer out = CharBuffer.allocate(in.remaining());
    decoder.decode(in, out, false);
    incomplete = new byte[in.remaining()];
    in.get(incomplete);
    return out.flip().toString();
  }

  String finish() {
    CharBuffer out = CharBuffer.allocate(incomplete.length + 1);
    decoder.decode(ByteBuffer.wrap(incomplete), out, true);
    decoder.flush(out);
    decoder.reset();
    incomplete = new byte[0];
    return out.flip().toString();
  }
}
