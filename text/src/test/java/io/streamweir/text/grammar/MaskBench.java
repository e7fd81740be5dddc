package io.streamweir.text.grammar;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.text.tokenizer.HfTokenizer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Times compiling schemas and computing masks, with files of the form {@code {schema, tests:
 * [{data, valid}]}} (as in MaskBench). Every schema is new to the compiler, every mask along each
 * instance is timed, in processor time of the thread. Run by hand: {@code MaskBench <model
 * directory> <end token> <directory of the files>}.
 */
public final class MaskBench {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int WARM_UP = 100;
  private static final long SLOW_NANOS = 2_000_000;

  private final HfTokenizer tokenizer;
  private final int endToken;
  private final ConstraintCompiler compiler;
  private final List<Long> compileNanos = new ArrayList<>();
  private final List<Long> maskNanos = new ArrayList<>();
  private final Map<String, Integer> refused = new TreeMap<>();
  private final int[] valid = new int[2];
  private final int[] invalid = new int[2];
  private final List<String> slow = new ArrayList<>();

  private MaskBench(HfTokenizer tokenizer, String endToken) {
    this.tokenizer = tokenizer;
    this.endToken = tokenizer.vocabulary().idOf(endToken).orElseThrow();
    this.compiler = new ConstraintCompiler(tokenizer.vocabulary(), Set.of(this.endToken));
  }

  public static void main(String[] arguments) throws IOException {
    try (HfTokenizer tokenizer = HfTokenizer.load(Path.of(arguments[0]));
        Stream<Path> files = Files.walk(Path.of(arguments[2]))) {
      MaskBench bench = new MaskBench(tokenizer, arguments[1]);
      int done = 0;
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
        if (done++ == WARM_UP) {
          bench.compileNanos.clear();
          bench.maskNanos.clear();
          bench.slow.clear();
        }
        bench.run(file);
      }
      bench.report();
    }
  }

  private void run(Path file) throws IOException {
    JsonNode content = JSON.readTree(file.toFile());
    String schema = content.get("schema").toString();
    long start = THREADS.getCurrentThreadCpuTime();
    Constraint constraint;
    try {
      constraint = compiler.compile(new OutputFormat.JsonSchema(schema, Whitespace.FLEXIBLE));
    } catch (ConstraintException e) {
      refused.merge(e.keyword(), 1, Integer::sum);
      return;
    }
    compileNanos.add(THREADS.getCurrentThreadCpuTime() - start);
    for (JsonNode test : content.get("tests")) {
      String text = PropertyOrder.of(content.get("schema")).sorted(test.get("data")).toString();
      boolean reached = walk(constraint, text, file);
      int[] counts = test.get("valid").asBoolean() ? valid : invalid;
      counts[0]++;
      counts[1] += reached ? 1 : 0;
      if (reached && !test.get("valid").asBoolean()) {
        System.out.println("ACCEPTED " + file.getFileName() + " " + test);
      }
    }
  }

  private boolean walk(Constraint constraint, String text, Path file) {
    ConstraintState state = constraint.start();
    long[] bits = new long[constraint.maskWords()];
    StringBuilder before = new StringBuilder();
    for (int token : tokenizer.encode(text)) {
      long start = THREADS.getCurrentThreadCpuTime();
      state.mask(bits);
      long taken = THREADS.getCurrentThreadCpuTime() - start;
      note(taken, file, before.toString());
      before.append(new String(tokenizer.vocabulary().bytes(token), UTF_8));
      maskNanos.add(taken);
      if (!state.accept(token)) {
        return false;
      }
    }
    return state.accept(endToken);
  }

  private void note(long taken, Path file, String text) {
    if (taken > SLOW_NANOS) {
      slow.add(
          "%6d us: %s after %s"
              .formatted(
                  taken / 1000,
                  file.getFileName(),
                  text.substring(Math.max(0, text.length() - 40))));
    }
  }

  private void report() {
    System.out.println("compile " + quantiles(compileNanos));
    System.out.println("mask    " + quantiles(maskNanos));
    slow.stream().sorted().skip(Math.max(0, slow.size() - 40)).forEach(System.out::println);
    System.out.printf(
        "refused schemas %s%nvalid %d, reached %d%ninvalid %d, reached %d%n",
        refused, valid[0], valid[1], invalid[0], invalid[1]);
  }

  private static String quantiles(List<Long> nanos) {
    List<Long> sorted = new ArrayList<>(nanos);
    Collections.sort(sorted);
    double mean = sorted.stream().mapToLong(Long::longValue).average().orElse(0);
    return "n=%d mean=%.1f us p50=%.1f p90=%.1f p99=%.1f max=%.1f"
        .formatted(
            sorted.size(),
            mean / 1000,
            at(sorted, 0.5),
            at(sorted, 0.9),
            at(sorted, 0.99),
            at(sorted, 1));
  }

  private static double at(List<Long> sorted, double quantile) {
    return sorted.isEmpty() ? 0 : sorted.get((int) (quantile * (sorted.size() - 1))) / 1000.0;
  }
}
