package io.streamweir.text.grammar;

/** Turns text into the token ids that the model knows it by. */
@FunctionalInterface
public interface TextEncoder {

  int[] encode(String text);
}
