package io.streamweir.bench.delivery;

import io.streamweir.bench.Percentiles;
import io.streamweir.bench.Report;
import io.streamweir.bench.engine.Machine;
import io.streamweir.bench.pipeline.PromptFile;
import io.streamweir.local.process.Scratch;
import io.streamweir.local.stack.Home;
import io.streamweir.text.ModelText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Measures the inference job twice in turns, with results and usage written exactly once and at
 * least once: tokens/s and processor time per token of a saturated offline lane, and the time
 * between two tokens of an online stream. Broker, Flink and load are one process, so that none of
 * the cost is left out.
 */
@Command(
    name = "delivery",
    mixinStandardHelpOptions = true,
    description = "What exactly-once costs: the demo model's job with and without transactions.")
public final class DeliveryBench implements Callable<Integer> {

  private static final Duration RAMP_UP = Duration.ofSeconds(2);

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "of each kind, in turns; figures are medians; default: ${DEFAULT-VALUE}")
  int rounds;

  @Option(
      names = "--seconds",
      defaultValue = "15",
      description = "of each measurement; default: ${DEFAULT-VALUE}")
  int seconds;

  @Option(
      names = "--outstanding",
      defaultValue = "256",
      description = "offline requests at a time; default: ${DEFAULT-VALUE}")
  int outstanding;

  @Option(
      names = "--prompts",
      description = "CSV whose first column is a prompt; default: the demo's dev.csv")
  Path prompts;

  @Mixin Report report;

  private final Map<ResultsSink, Cell> cells = new EnumMap<>(ResultsSink.class);

  /** What one kind came to, round by round. */
  private record Cell(List<DispatchedLoad.Throughput> throughput, List<Double> intervals) {

    Map<String, Object> toMap() {
      var map = new LinkedHashMap<String, Object>();
      map.put("tokens_per_s", tokensPerSecond());
      map.put("processor_us_per_token", processorMicrosPerToken());
      map.put(
          "processor_us_per_token_rounds",
          throughput.stream().map(DispatchedLoad.Throughput::processorMicrosPerToken).toList());
      map.put("processor_us_per_token_by_thread", byThread());
      map.put("between_tokens_ms", between().toMap());
      return map;
    }

    private Map<String, Double> byThread() {
      return throughput.stream()
          .flatMap(each -> each.secondsByThread().keySet().stream())
          .distinct()
          .sorted()
          .collect(Collectors.toMap(Function.identity(), this::median, (a, b) -> a, TreeMap::new));
    }

    private double median(String thread) {
      return median(each -> each.secondsByThread().getOrDefault(thread, 0.0) * 1e6 / each.tokens());
    }

    double tokensPerSecond() {
      return median(DispatchedLoad.Throughput::tokensPerSecond);
    }

    double processorMicrosPerToken() {
      return median(DispatchedLoad.Throughput::processorMicrosPerToken);
    }

    private double median(ToDoubleFunction<DispatchedLoad.Throughput> figure) {
      return Percentiles.of(throughput.stream().mapToDouble(figure)).p50();
    }

    Percentiles between() {
      return Percentiles.of(intervals.stream().mapToDouble(Double::doubleValue));
    }
  }

  @Override
  public Integer call() throws Exception {
    var model = Home.fromSystem().defaultModel();
    var directory = Files.createTempDirectory("weir-bench-delivery");
    var texts = PromptFile.read(prompts == null ? model.resolve("data/dev.csv") : prompts);
    for (var sink : ResultsSink.values()) {
      cells.put(sink, new Cell(new ArrayList<>(), new ArrayList<>()));
    }
    try (var text = ModelText.load(model);
        var rig = new DeliveryRig(directory, model)) {
      var ids = DispatchedLoad.prompts(text, texts);
      for (int round = 0; round <= rounds; round++) {
        for (var sink : inTurns(round)) {
          Report.say("round %d of %d: %s", round, rounds, sink.key());
          measure(rig, ids, sink, round);
        }
      }
    } finally {
      new Scratch(directory).empty();
      Files.delete(directory);
    }
    write();
    return 0;
  }

  /** Each is first in every other round. */
  private static List<ResultsSink> inTurns(int round) {
    return round % 2 == 0
        ? List.of(ResultsSink.EXACTLY_ONCE, ResultsSink.AT_LEAST_ONCE)
        : List.of(ResultsSink.AT_LEAST_ONCE, ResultsSink.EXACTLY_ONCE);
  }

  /** Round 0 warms up. */
  private void measure(DeliveryRig rig, List<List<Integer>> ids, ResultsSink sink, int round)
      throws Exception {
    var deployment = sink.key().replace('_', '-') + "-" + round;
    rig.createTopics(deployment);
    try (var load = new DispatchedLoad(rig, deployment, ids)) {
      rig.start(deployment, sink);
      var duration = Duration.ofSeconds(seconds);
      var throughput = load.saturate(outstanding, RAMP_UP, duration);
      var intervals = load.intervals(duration);
      rig.stop();
      if (round > 0) {
        cells.get(sink).throughput().add(throughput);
        cells.get(sink).intervals().addAll(intervals);
      }
    }
  }

  private void write() throws IOException {
    var exactly = cells.get(ResultsSink.EXACTLY_ONCE);
    var atLeast = cells.get(ResultsSink.AT_LEAST_ONCE);
    var result = new LinkedHashMap<String, Object>();
    result.put("benchmark", "delivery");
    result.put("machine", Machine.describe());
    result.put("rounds", rounds);
    result.put("seconds", seconds);
    cells.forEach((sink, cell) -> result.put(sink.key(), cell.toMap()));
    var ratios = new LinkedHashMap<String, Object>();
    ratios.put("tokens_per_s", exactly.tokensPerSecond() / atLeast.tokensPerSecond());
    ratios.put(
        "processor_per_token",
        exactly.processorMicrosPerToken() / atLeast.processorMicrosPerToken());
    ratios.put("processor_per_token_of_a_round", ofARound(exactly, atLeast).toMap());
    ratios.put("between_tokens_p50", exactly.between().p50() / atLeast.between().p50());
    ratios.put("between_tokens_p99", exactly.between().p99() / atLeast.between().p99());
    result.put("exactly_once_to_at_least_once", ratios);
    report.write(result);
  }

  /** Both of a round ran next to each other, so what the machine does to both is out of these. */
  private static Percentiles ofARound(Cell exactly, Cell atLeast) {
    DoubleStream ratios =
        IntStream.range(0, exactly.throughput().size())
            .mapToDouble(
                i ->
                    exactly.throughput().get(i).processorMicrosPerToken()
                        / atLeast.throughput().get(i).processorMicrosPerToken());
    return Percentiles.of(ratios);
  }
}
