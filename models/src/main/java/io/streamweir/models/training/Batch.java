package io.streamweir.models.training;

import java.util.List;

/**
 * Examples side by side, padded on the right, where causal attention does not see the padding.
 *
 * @param width tokens in a row
 * @param ids [rows x width] input tokens, row-major
 * @param positions flat indices into {@code ids} where the next token counts
 * @param targets the next token at each position
 * @param importance weight of the loss at each position
 */
record Batch(int width, long[] ids, long[] positions, long[] targets, float[] importance) {

  /** A batch in which a prompt token counts {@code promptImportance}, an answer token 1. */
  static Batch of(List<Example> examples, double promptImportance) {
    int width = examples.stream().mapToInt(Example::length).max().orElseThrow() - 1;
    int total = examples.stream().mapToInt(example -> example.length() - 1).sum();
    long[] ids = new long[examples.size() * width];
    long[] positions = new long[total];
    long[] targets = new long[total];
    float[] importance = new float[total];
    int next = 0;
    for (int row = 0; row < examples.size(); row++) {
      Example example = examples.get(row);
      for (int i = 0; i + 1 < example.length(); i++) {
        int at = row * width + i;
        ids[at] = example.ids().get(i);
        positions[next] = at;
        targets[next] = example.ids().get(i + 1);
        importance[next++] = i + 1 < example.promptLength() ? (float) promptImportance : 1f;
      }
    }
    return new Batch(width, ids, positions, targets, importance);
  }

  int rows() {
    return ids.length / width;
  }
}
