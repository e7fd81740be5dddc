package io.streamweir.text.tokenizer;

/** Tells which parts of a text may be control tokens. */
@FunctionalInterface
public interface TrustedSpans {

  /** Whether a control token spelled by the chars from start to end (exclusive) is meant as one. */
  boolean trusted(int start, int end);
}
