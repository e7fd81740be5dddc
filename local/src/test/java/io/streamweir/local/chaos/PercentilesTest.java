package io.streamweir.local.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {

  @Test
  void shouldTakeTheNearestRank() {
    var hundred = new Percentiles(LongStream.rangeClosed(1, 100).boxed().toList());

    assertThat(hundred.at(0.5)).isEqualTo(50);
    assertThat(hundred.at(0.99)).isEqualTo(99);
    assertThat(hundred.at(1)).isEqualTo(100);
    assertThat(new Percentiles(List.of(3L, 1L, 2L)).at(0.5)).isEqualTo(2);
    assertThat(new Percentiles(List.of(7L)).at(0.5)).isEqualTo(7);
    assertThat(new Percentiles(List.of()).at(0.99)).isZero();
  }
}
