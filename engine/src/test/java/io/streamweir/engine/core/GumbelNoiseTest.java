package io.streamweir.engine.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class GumbelNoiseTest {
  @Test
  void shouldBeTheSameWhenSeedPositionAndTokenAre() {
    assertThat(new GumbelNoise(7, 3).of(11)).isEqualTo(new GumbelNoise(7, 3).of(11));
    assertThat(new GumbelNoise(7, 3).of(11)).isNotEqualTo(new GumbelNoise(7, 3).of(12));
    assertThat(new GumbelNoise(7, 3).of(11)).isNotEqualTo(new GumbelNoise(7, 4).of(11));
    assertThat(new GumbelNoise(7, 3).of(11)).isNotEqualTo(new GumbelNoise(8, 3).of(11));
  }

  @Test
  void shouldStayTheSameAcrossReleases() {
    // Replay of a journal needs the very same numbers: a change here is a new sampler version.
    assertThat(new GumbelNoise(0, 0).of(0)).isEqualTo(-0.6807578025137784);
    assertThat(new GumbelNoise(42, 17).of(151_935)).isEqualTo(0.13723618292441708);
  }

  @Test
  void shouldHaveMeanAndVarianceOfTheGumbelDistribution() {
    double sum = 0;
    double squares = 0;
    int n = 200_000;
    for (int i = 0; i < n; i++) {
      double noise = new GumbelNoise(i % 100, i / 1000).of(i);
      sum += noise;
      squares += noise * noise;
    }
    double mean = sum / n;
    assertThat(mean).isCloseTo(0.5772, within(0.02));
    assertThat(squares / n - mean * mean).isCloseTo(Math.PI * Math.PI / 6, within(0.04));
  }

  @Test
  void shouldNeverSkipATokenWhoseNoiseExceedsTheGap() {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      GumbelNoise noise = new GumbelNoise(random.nextLong(), i);
      double gap = noise.of(i) - Math.abs(random.nextGaussian()) * (i % 2 == 0 ? 1e-9 : 1);
      assertThat(noise.mayExceed(gap, i)).isTrue();
    }
  }

  @Test
  void shouldSkipNearlyAllTokensFarBelowTheBest() {
    GumbelNoise noise = new GumbelNoise(1, 1);
    int kept = 0;
    for (int token = 0; token < 100_000; token++) {
      if (noise.mayExceed(10, token)) {
        kept++;
      }
    }
    assertThat(kept).isLessThan(30);
  }
}
