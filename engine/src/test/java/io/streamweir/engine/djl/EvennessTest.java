package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EvennessTest {
  @Test
  void shouldFillRowsUpToAMultipleOfFour() {
    assertThat(IntStream.of(0, 1, 4, 5, 8, 510).map(Evenness::rows))
        .containsExactly(0, 4, 4, 8, 8, 512);
  }

  @Test
  void shouldLeaveOutTheLengthsThatAreSummedInHalves() {
    Set<Integer> lengths =
        IntStream.rangeClosed(1, 1024)
            .mapToObj(tokens -> 16 * Evenness.blocks(tokens, 16))
            .collect(Collectors.toSet());
    assertThat(lengths)
        .containsExactlyInAnyOrder(
            32, 64, 96, 128, 160, 192, 384, 416, 448, 480, 512, 544, 576, 608, 640, 672, 704, 896,
            928, 960, 992, 1024);
  }

  @Test
  void shouldHoldTheContextAndNeverShrink() {
    for (int blockSize : new int[] {1, 5, 16, 32, 48}) {
      int before = 0;
      for (int tokens = 1; tokens < 2000; tokens++) {
        int blocks = Evenness.blocks(tokens, blockSize);
        assertThat(blocks * blockSize).isGreaterThanOrEqualTo(tokens);
        assertThat(blocks).isGreaterThanOrEqualTo(before);
        before = blocks;
      }
    }
  }
}
