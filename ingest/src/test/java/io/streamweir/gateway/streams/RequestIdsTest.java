package io.streamweir.gateway.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.client.StreamPlace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestIdsTest {

  @ParameterizedTest
  @CsvSource({"0,0", "5,123456", "1679615,4738381338321616895"})
  void shouldTellWhereTheStreamIs(int partition, long offset) {
    var place = new StreamPlace(partition, offset);

    var id = RequestIds.next('c', place);

    assertThat(RequestIds.read(id)).contains(new RequestIds.Told('c', place));
    assertThat(RequestIds.next('c', place)).isNotEqualTo(id);
    assertThat(id).hasSizeLessThanOrEqualTo(40).matches("[0-9a-z-]+");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "r-1",
        "f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "c0-1-9f86d081884c7d6",
        "c0-1-9f86d081884c7d65.1",
        "c0--9f86d081884c7d65",
        "c-1-1-9f86d081884c7d65",
        "C0-1-9f86d081884c7d65",
        "c00000-1-9f86d081884c7d65",
        "c0-zzzzzzzzzzzzz-9f86d081884c7d65"
      })
  void shouldReadNothingOutOfOtherIds(String id) {
    assertThat(RequestIds.read(id)).isEmpty();
  }

  @Test
  void shouldDeriveTheSameIdFromTheSameKeyAndRouteOnly() {
    var id = RequestIds.ofIdempotencyKey("/v1/messages", "k");

    assertThat(RequestIds.ofIdempotencyKey("/v1/messages", "k")).isEqualTo(id);
    assertThat(RequestIds.ofIdempotencyKey("/v1/messages", "l")).isNotEqualTo(id);
    assertThat(RequestIds.ofIdempotencyKey("/v1/completions", "k")).isNotEqualTo(id);
    assertThat(RequestIds.read(id)).isEmpty();
  }
}
