package io.streamweir.text.tokenizer;

/** How a vocabulary spells bytes in the token strings of {@code model.vocab}. */
interface TokenBytes {

  /** The bytes that an ordinary (not added) token stands for. */
  byte[] of(String token);
}
