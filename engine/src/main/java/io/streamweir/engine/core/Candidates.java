package io.streamweir.engine.core;

import io.streamweir.engine.SamplingParams;

/**
 * The tokens that min-p, top-k and top-p leave, in order of rank: the larger logit first, then the
 * lower id. A heap over arrays that are allocated once per engine; only as much of it is sorted as
 * is kept.
 */
final class Candidates {
  /** Tokens this far below the best weigh less than 1e-13 of it, and are left out of the sums. */
  private static final double NEGLIGIBLE = 30;

  private final int[] heap;
  private final int[] kept;
  private int heapSize;
  private int keptSize;
  private float[] logits;

  Candidates(int vocabSize) {
    heap = new int[vocabSize];
    kept = new int[vocabSize];
  }

  int size() {
    return keptSize;
  }

  int token(int index) {
    return kept[index];
  }

  /**
   * Chooses those that min-p leaves, of these the top-k first in rank, and of these the fewest
   * whose probability reaches top-p of what is left.
   *
   * @param row logits, finite or negative infinity
   * @param max the largest of them
   * @param params with a temperature above 0
   */
  void select(float[] row, float max, SamplingParams params) {
    logits = row;
    double temperature = params.temperature();
    int topK = params.topK();
    double topP = params.topP();
    double reach = params.minP() > 0 ? -StrictMath.log(params.minP()) : NEGLIGIBLE;
    double floor = max - Math.min(reach, NEGLIGIBLE) * temperature;
    heapSize = 0;
    for (int token = 0; token < row.length; token++) {
      if (row[token] >= floor) {
        heap[heapSize++] = token;
      }
    }
    for (int i = heapSize / 2 - 1; i >= 0; i--) {
      siftDown(i);
    }
    keptSize = 0;
    if (topK > 0) {
      keep(Math.min(topK, heapSize));
      trim(mass(kept, keptSize, max, temperature) * topP, max, temperature);
    } else {
      keepMass(mass(heap, heapSize, max, temperature) * topP, max, temperature);
    }
  }

  private void keep(int count) {
    while (keptSize < count) {
      kept[keptSize++] = pop();
    }
  }

  private void keepMass(double enough, float max, double temperature) {
    double mass = 0;
    while (mass < enough && heapSize > 0) {
      int token = pop();
      kept[keptSize++] = token;
      mass += weight(token, max, temperature);
    }
  }

  private void trim(double enough, float max, double temperature) {
    double mass = 0;
    int count = 0;
    while (mass < enough && count < keptSize) {
      mass += weight(kept[count++], max, temperature);
    }
    keptSize = count;
  }

  private double mass(int[] tokens, int count, float max, double temperature) {
    double mass = 0;
    for (int i = 0; i < count; i++) {
      mass += weight(tokens[i], max, temperature);
    }
    return mass;
  }

  private double weight(int token, float max, double temperature) {
    return StrictMath.exp((logits[token] - max) / temperature);
  }

  private int pop() {
    int top = heap[0];
    heap[0] = heap[--heapSize];
    siftDown(0);
    return top;
  }

  private void siftDown(int start) {
    int i = start;
    int token = heap[i];
    while (2 * i + 1 < heapSize) {
      int child = 2 * i + 1;
      if (child + 1 < heapSize && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], token)) {
        break;
      }
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = token;
  }

  private boolean before(int a, int b) {
    return logits[a] > logits[b] || (logits[a] == logits[b] && a < b);
  }
}
