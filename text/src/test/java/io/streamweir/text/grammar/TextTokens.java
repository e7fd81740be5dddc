package io.streamweir.text.grammar;

import io.streamweir.text.tokenizer.HfTokenizer;
import java.text.Normalizer;

/** The tokens of a text; byte by byte where the tokenizer would change the text. */
final class TextTokens {
  private final HfTokenizer tokenizer;
  private final ByteTokens bytes;

  TextTokens(HfTokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.bytes = new ByteTokens(tokenizer.vocabulary());
  }

  int[] of(String text) {
    return Normalizer.isNormalized(text, Normalizer.Form.NFC)
        ? tokenizer.encode(text)
        : bytes.of(text);
  }

  int[] bytes(String text) {
    return bytes.of(text);
  }
}
