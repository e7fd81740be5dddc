package io.streamweir.bench.engine;

import io.streamweir.bench.engine.StepRecorder.Step;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Steps in which a whole batch decodes and nothing else happens. The time of a step is that from
 * the end of the one before: model, sampling, text, listener and scheduling.
 *
 * @param steps that were measured
 * @param tokensPerSecond batch x steps / their time
 * @param stepMillis median
 * @param engineShare share of the time that was not the model's
 * @param allocatedBytes that the engine's thread allocated per step, median
 */
record DecodeCell(
    int steps,
    double tokensPerSecond,
    double stepMillis,
    double engineShare,
    double allocatedBytes) {

  /**
   * @throws IllegalStateException if no two steps in a row decode the whole batch
   */
  static DecodeCell of(List<Step> steps, int batch) {
    int[] measured =
        IntStream.range(1, steps.size())
            .filter(i -> decodes(steps.get(i - 1), batch) && decodes(steps.get(i), batch))
            .toArray();
    if (measured.length == 0) {
      throw new IllegalStateException(
          "No two of " + steps.size() + " steps in a row decode " + batch + " sequences");
    }
    double nanos = 0;
    double modelMicros = 0;
    for (int i : measured) {
      nanos += nanos(steps, i);
      modelMicros += steps.get(i).modelMicros();
    }
    return new DecodeCell(
        measured.length,
        batch * measured.length / (nanos / 1e9),
        Figures.median(IntStream.of(measured).mapToDouble(i -> nanos(steps, i) / 1e6)),
        1 - modelMicros * 1e3 / nanos,
        Figures.median(
            IntStream.of(measured)
                .mapToDouble(
                    i -> steps.get(i).allocatedBytes() - steps.get(i - 1).allocatedBytes())));
  }

  private static boolean decodes(Step step, int batch) {
    return step.sequences() == batch && step.tokens() == batch;
  }

  private static long nanos(List<Step> steps, int i) {
    return steps.get(i).endNanos() - steps.get(i - 1).endNanos();
  }

  /** The medians of some measurements of the same. */
  static Map<String, Object> median(List<DecodeCell> cells) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("steps", cells.stream().mapToInt(DecodeCell::steps).sum());
    map.put("decode_tokens_per_s", of(cells, DecodeCell::tokensPerSecond));
    map.put("step_ms_p50", of(cells, DecodeCell::stepMillis));
    map.put("engine_share_of_step", of(cells, DecodeCell::engineShare));
    map.put("allocated_bytes_per_step", of(cells, DecodeCell::allocatedBytes));
    return map;
  }

  private static double of(List<DecodeCell> cells, ToDoubleFunction<DecodeCell> figure) {
    return Figures.rounded(Figures.median(cells.stream().mapToDouble(figure)));
  }
}
