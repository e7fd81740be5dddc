package io.streamweir.gateway.batches;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CustomIdsTest {

  @Test
  void shouldKnowEveryIdAgainAndNoOther() {
    var ids = new CustomIds();
    for (var i = 0; i < 200_000; i++) {
      assertThat(ids.add("request-" + i)).isTrue();
    }
    for (var i = 0; i < 200_000; i++) {
      assertThat(ids.add("request-" + i)).isFalse();
    }
    assertThat(ids.add("request-200000")).isTrue();
  }
}
