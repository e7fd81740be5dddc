package io.streamweir.gateway.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every parser of the gateway with damaged input. Short in the build; {@code
 * -Dstreamweir.fuzz.seconds=600} goes on for that long with each parser, with other seeds. A
 * failure names its seed and has the input.
 */
class ParserFuzzTest {

  private static final int INPUTS = 2_000;
  private static final Duration LONGER =
      Duration.ofSeconds(Long.getLong("streamweir.fuzz.seconds", 0));

  static List<Target> targets() {
    return Target.all();
  }

  @ParameterizedTest
  @MethodSource("targets")
  @Timeout(value = 1, unit = TimeUnit.DAYS)
  void shouldTakeOrRefuseWhateverComes(Target target) throws Exception {
    var taken = 0L;
    var inputs = 0L;
    for (var good : target.good()) {
      assertThat(target.takes(good.getBytes(UTF_8))).as(good).isTrue();
    }
    for (var end = System.nanoTime() + LONGER.toNanos();
        inputs < INPUTS || System.nanoTime() < end;
        inputs++) {
      var input = target.input(new Random(inputs));
      try {
        taken += target.takes(input) ? 1 : 0;
      } catch (Exception | Error e) {
        throw new AssertionError(
            "%s, seed %d, input %s".formatted(target, inputs, HexFormat.of().formatHex(input)), e);
      }
    }
    if (!LONGER.isZero()) {
      System.out.printf("%s: %d inputs, %d taken%n", target, inputs, taken);
    }
    assertThat(taken).as("inputs that are taken").isPositive();
    assertThat(inputs - taken).as("inputs that are refused").isPositive();
  }
}
