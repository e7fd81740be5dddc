package io.streamweir.models.tokenizer;

import java.util.Comparator;

/** Two neighbouring symbols that BPE joins into one. */
public record Merge(String left, String right) {
  static final Comparator<Merge> ALPHABETICAL =
      Comparator.comparing(Merge::left).thenComparing(Merge::right);

  String joined() {
    return left + right;
  }
}
