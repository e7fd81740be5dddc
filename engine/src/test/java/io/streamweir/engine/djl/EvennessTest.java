package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EvennessTest {
  private static Set<Integer> lengths(Evenness evenness) {
    return IntStream.rangeClosed(1, 1024)
        .mapToObj(tokens -> 16 * evenness.blocks(tokens, 16))
        .collect(Collectors.toSet());
  }

  @Test
  void shouldFillRowsUpToAMultiple() {
    assertThat(IntStream.of(0, 1, 4, 5, 8, 510).map(Evenness.AVX2::filledUp))
        .containsExactly(0, 4, 4, 8, 8, 512);
    assertThat(IntStream.of(0, 1, 16, 17, 510).map(Evenness.AVX512::filledUp))
        .containsExactly(0, 16, 16, 32, 512);
  }

  @Test
  void shouldTakeMoreQueriesForWideHeadsWhereThatMatters() {
    assertThat(IntStream.of(16, 64, 128, 256).map(Evenness.AVX2::queries))
        .containsExactly(4, 4, 4, 4);
    assertThat(IntStream.of(16, 64, 80, 128, 256, 512).map(Evenness.AVX512::queries))
        .containsExactly(4, 4, 8, 8, 16, 16);
  }

  @Test
  void shouldLeaveOutTheLengthsThatAreSummedInHalves() {
    assertThat(lengths(Evenness.AVX2))
        .containsExactlyInAnyOrder(
            32, 64, 96, 128, 160, 192, 384, 416, 448, 480, 512, 544, 576, 608, 640, 672, 704, 896,
            928, 960, 992, 1024);
    assertThat(lengths(Evenness.AVX512))
        .containsExactlyInAnyOrder(
            32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 512, 544, 576, 608, 640, 672,
            704, 736, 768, 800, 832, 864, 896, 1024);
  }

  @Test
  void shouldTakeWhatIsEvenOnBothWhenTheProcessorIsUnknown() {
    Set<Integer> both = lengths(Evenness.AVX2);
    both.retainAll(lengths(Evenness.AVX512));
    assertThat(lengths(Evenness.UNKNOWN)).isEqualTo(both);
  }

  @Test
  void shouldFollowTheProcessor() {
    assertThat(Evenness.of(Set.of("avx2"))).isSameAs(Evenness.AVX2);
    assertThat(Evenness.of(Set.of("avx512f", "amx_tile"))).isSameAs(Evenness.AVX512);
    assertThat(Evenness.of(Set.of("avx512f"))).isSameAs(Evenness.UNKNOWN);
  }

  @Test
  void shouldHoldTheContextAndNeverShrink() {
    for (Evenness evenness : List.of(Evenness.AVX2, Evenness.AVX512, Evenness.UNKNOWN)) {
      for (int blockSize : new int[] {1, 5, 16, 32, 48}) {
        int before = 0;
        for (int tokens = 1; tokens < 2000; tokens++) {
          int blocks = evenness.blocks(tokens, blockSize);
          assertThat(blocks * blockSize).isGreaterThanOrEqualTo(tokens);
          assertThat(blocks).isGreaterThanOrEqualTo(before);
          before = blocks;
        }
      }
    }
  }
}
