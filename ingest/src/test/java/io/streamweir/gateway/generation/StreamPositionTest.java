package io.streamweir.gateway.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.gateway.http.ApiException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamPositionTest {

  @Test
  void shouldCountCodePoints() {
    var position = StreamPosition.START.plus(2, "a😀").plus(1, "");

    assertThat(position).isEqualTo(new StreamPosition(3, 2));
    assertThat(StreamPosition.parse(position.toString())).isEqualTo(position);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "3", "3-", "-3-4", "3-4-5", "a-b", "9999999999-1", " 3-4"})
  void shouldRefuseWhatIsNoEventId(String id) {
    assertThatThrownBy(() -> StreamPosition.parse(id))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("Last-Event-ID");
  }
}
