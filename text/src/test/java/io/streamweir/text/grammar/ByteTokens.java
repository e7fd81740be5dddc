package io.streamweir.text.grammar;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamweir.text.tokenizer.Vocabulary;

/** Spells texts with the tokens of single bytes. */
final class ByteTokens {
  private final int[] ids = new int[256];

  ByteTokens(Vocabulary vocabulary) {
    for (int id = 0; id < vocabulary.size(); id++) {
      byte[] bytes = vocabulary.bytes(id);
      if (bytes.length == 1) {
        ids[bytes[0] & 0xff] = id;
      }
    }
  }

  int[] of(String text) {
    return of(text.getBytes(UTF_8));
  }

  int[] of(byte[] bytes) {
    int[] tokens = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      tokens[i] = ids[bytes[i] & 0xff];
    }
    return tokens;
  }
}
