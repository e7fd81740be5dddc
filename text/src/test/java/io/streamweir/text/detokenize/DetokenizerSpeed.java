package io.streamweir.text.detokenize;

import io.streamweir.text.output.OutputFormat;
import io.streamweir.text.output.OutputParser;
import io.streamweir.text.output.ThinkingTags;
import io.streamweir.text.output.ToolCallSyntax;
import io.streamweir.text.output.Tools;
import io.streamweir.text.tokenizer.Vocabulary;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Nanoseconds of processor time per token of streaming detokenization, and of that with the parser
 * behind it, warm: the median and the extremes of some rounds. Arguments: directories with a
 * tokenizer.json each.
 */
public final class DetokenizerSpeed {
  private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();
  private static final List<String> STOPS = List.of("\n\nUser:", "END");
  private static final OutputFormat FORMAT =
      new OutputFormat(ToolCallSyntax.HERMES, ThinkingTags.THINK);
  private static final Tools TOOLS = Tools.parse("[{\"function\": {\"name\": \"f\"}}]");
  private static final int TOKENS = 1_000_000;
  private static final int SEQUENCE = 500;
  private static final int ROUNDS = 15;

  private DetokenizerSpeed() {}

  public static void main(String[] directories) {
    for (String directory : directories) {
      Vocabulary vocabulary = Vocabulary.read(Path.of(directory));
      int[] uniform = new Random(29).ints(TOKENS, 0, vocabulary.size()).toArray();
      int[] tokens = asInText(new Random(29), vocabulary.size());
      measure(directory + ", all tokens alike", vocabulary, uniform, List.of(), false);
      measure(directory + ", no stop strings", vocabulary, tokens, List.of(), false);
      measure(directory + ", two stop strings", vocabulary, tokens, STOPS, false);
      measure(directory + ", with the parser", vocabulary, tokens, List.of(), true);
    }
  }

  /** Low ids are frequent tokens: the frequency of an id is about one over the id. */
  private static int[] asInText(Random random, int size) {
    return IntStream.range(0, TOKENS)
        .map(i -> (int) Math.pow(size, random.nextDouble()) - 1)
        .toArray();
  }

  private static void measure(
      String what, Vocabulary vocabulary, int[] tokens, List<String> stops, boolean parsed) {
    double[] nanos = new double[ROUNDS];
    long pieces = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long start = THREAD.getCurrentThreadCpuTime();
      for (int first = 0; first < tokens.length; first += SEQUENCE) {
        StreamDetokenizer detokenizer = new StreamDetokenizer(vocabulary, stops);
        OutputParser parser = FORMAT.parser("", TOOLS, "request");
        for (int i = first; i < Math.min(first + SEQUENCE, tokens.length); i++) {
          String text = detokenizer.append(tokens[i]);
          pieces += parsed ? parser.feed(text).size() : text.length();
        }
        pieces += detokenizer.finish().length();
      }
      nanos[round] = (THREAD.getCurrentThreadCpuTime() - start) / (double) tokens.length;
    }
    double[] warm = Arrays.copyOfRange(nanos, 5, ROUNDS);
    Arrays.sort(warm);
    System.out.printf(
        "%s: %.0f ns per token (%.0f to %.0f; %d)%n",
        what, warm[warm.length / 2], warm[0], warm[warm.length - 1], pieces);
  }
}
