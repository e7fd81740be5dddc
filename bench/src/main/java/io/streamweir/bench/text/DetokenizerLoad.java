package io.streamweir.bench.text;

import io.streamweir.text.detokenize.StreamDetokenizer;
import io.streamweir.text.output.OutputParser;
import io.streamweir.text.output.OutputSyntax;
import io.streamweir.text.output.ThinkingTags;
import io.streamweir.text.output.ToolCallSyntax;
import io.streamweir.text.output.Tools;
import io.streamweir.text.tokenizer.Vocabulary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Streaming detokenization, and that with the parser of answers behind it: nanoseconds per token,
 * of each of some rounds.
 */
final class DetokenizerLoad {
  private static final List<String> STOPS = List.of("\n\nUser:", "END");
  private static final OutputSyntax SYNTAX =
      new OutputSyntax(ToolCallSyntax.HERMES, ThinkingTags.THINK);
  private static final Tools TOOLS = Tools.parse("[{\"function\": {\"name\": \"f\"}}]");
  private static final int SEQUENCE = 500;
  private static final int WARM_UP_ROUNDS = 5;
  private static final long SEED = 29;

  private final Vocabulary vocabulary;
  private final int rounds;
  private final int count;

  /**
   * @param rounds timed ones, after some others
   * @param count tokens of a round
   */
  DetokenizerLoad(Vocabulary vocabulary, int rounds, int count) {
    this.vocabulary = vocabulary;
    this.rounds = rounds;
    this.count = count;
  }

  Map<String, Object> run() {
    int[] alike = new Random(SEED).ints(count, 0, vocabulary.size()).toArray();
    int[] asInText = asInText();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("as_in_text", measure(asInText, List.of(), false));
    result.put("all_tokens_alike", measure(alike, List.of(), false));
    result.put("two_stop_strings", measure(asInText, STOPS, false));
    result.put("with_parser", measure(asInText, List.of(), true));
    return result;
  }

  /** Low ids are frequent tokens: the frequency of an id is about one over the id. */
  private int[] asInText() {
    Random random = new Random(SEED);
    return IntStream.range(0, count)
        .map(i -> (int) Math.pow(vocabulary.size(), random.nextDouble()) - 1)
        .toArray();
  }

  private Map<String, Object> measure(int[] tokens, List<String> stops, boolean parsed) {
    double[] nanos = new double[rounds];
    long characters = 0;
    for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
      long start = CpuTime.nanos();
      characters = detokenize(tokens, stops, parsed);
      if (round >= 0) {
        nanos[round] = (CpuTime.nanos() - start) / (double) tokens.length;
      }
    }
    double[] sorted = DoubleStream.of(nanos).sorted().toArray();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("ns_per_token", Math.round(sorted[sorted.length / 2]));
    figures.put("least", Math.round(sorted[0]));
    figures.put("most", Math.round(sorted[sorted.length - 1]));
    figures.put("released", characters);
    return figures;
  }

  /** Characters, or events of the parser. */
  private long detokenize(int[] tokens, List<String> stops, boolean parsed) {
    long released = 0;
    for (int first = 0; first < tokens.length; first += SEQUENCE) {
      StreamDetokenizer detokenizer = new StreamDetokenizer(vocabulary, stops);
      OutputParser parser = SYNTAX.parser("", TOOLS, "request");
      for (int i = first; i < Math.min(first + SEQUENCE, tokens.length); i++) {
        String text = detokenizer.append(tokens[i]);
        released += parsed ? parser.feed(text).size() : text.length();
      }
      released += detokenizer.finish().length();
    }
    return released;
  }
}
