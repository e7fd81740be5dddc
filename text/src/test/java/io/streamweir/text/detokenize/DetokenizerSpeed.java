package io.streamweir.text.detokenize;

import io.streamweir.text.tokenizer.Vocabulary;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Nanoseconds of processor time per token of streaming detokenization, warm: the median and the
 * extremes of some rounds. Arguments: directories with a tokenizer.json each.
 */
public final class DetokenizerSpeed {
  private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();
  private static final int TOKENS = 1_000_000;
  private static final int SEQUENCE = 500;
  private static final int ROUNDS = 15;

  private DetokenizerSpeed() {}

  public static void main(String[] directories) {
    for (String directory : directories) {
      Vocabulary vocabulary = Vocabulary.read(Path.of(directory));
      int[] tokens = new Random(29).ints(TOKENS, 0, vocabulary.size()).toArray();
      measure(directory + ", no stop strings", vocabulary, tokens, List.of());
      measure(directory + ", two stop strings", vocabulary, tokens, List.of("\n\nUser:", "END"));
    }
  }

  private static void measure(
      String what, Vocabulary vocabulary, int[] tokens, List<String> stops) {
    double[] nanos = new double[ROUNDS];
    long characters = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long start = THREAD.getCurrentThreadCpuTime();
      for (int first = 0; first < tokens.length; first += SEQUENCE) {
        StreamDetokenizer detokenizer = new StreamDetokenizer(vocabulary, stops);
        for (int i = first; i < Math.min(first + SEQUENCE, tokens.length); i++) {
          characters += detokenizer.append(tokens[i]).length();
        }
        characters += detokenizer.finish().length();
      }
      nanos[round] = (THREAD.getCurrentThreadCpuTime() - start) / (double) tokens.length;
    }
    double[] warm = Arrays.copyOfRange(nanos, 5, ROUNDS);
    Arrays.sort(warm);
    System.out.printf(
        "%s: %.0f ns per token (%.0f to %.0f; %d characters)%n",
        what, warm[warm.length / 2], warm[0], warm[warm.length - 1], characters);
  }
}
