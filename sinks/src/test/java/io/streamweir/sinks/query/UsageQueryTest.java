package io.streamweir.sinks.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.gateway.http.ApiException;
import io.streamweir.schemas.Lane;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UsageQueryTest {

  @Test
  void shouldAskForEverythingByAccountWhenNothingIsSaid() {
    var query = UsageQuery.parse(Map.of());

    assertThat(query.tenant()).isEmpty();
    assertThat(query.from()).isEmpty();
    assertThat(query.groupBy()).containsExactly(Dimension.TENANT, Dimension.MODEL, Dimension.LANE);
  }

  @Test
  void shouldWidenTimesToFullHours() {
    var query =
        UsageQuery.parse(
            Map.of(
                "from", List.of("2026-01-01T12:59:59Z"),
                "to", List.of("2026-01-01T13:00:01Z"),
                "lane", List.of("offline")));

    assertThat(query.from()).contains(Instant.parse("2026-01-01T12:00:00Z"));
    assertThat(query.to()).contains(Instant.parse("2026-01-01T14:00:00Z"));
    assertThat(query.lane()).contains(Lane.OFFLINE);
  }

  @Test
  void shouldKeepTimesThatAreFullHours() {
    var query =
        UsageQuery.parse(
            Map.of("from", List.of("2026-01-01T12:00:00Z"), "to", List.of("2026-01-01T13:00:00Z")));

    assertThat(query.to()).contains(Instant.parse("2026-01-01T13:00:00Z"));
  }

  @ParameterizedTest
  @CsvSource({
    "tenent, shop, There is no parameter 'tenent'",
    "lane, fast, it is online or offline",
    "from, yesterday, write a time of UTC",
    "from, +1000000000-12-31T23:59:59Z, write a time of UTC",
    "group_by, 'tenant,colour', there are tenant",
    "group_by, 'tenant,', there are tenant"
  })
  void shouldRefuseWhatMakesNoSense(String name, String value, String message) {
    assertThatThrownBy(() -> UsageQuery.parse(Map.of(name, List.of(value))))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldRefuseAnEmptyTimeAndAParameterGivenTwice() {
    var noon = List.of("2026-01-01T12:00:00Z");
    assertThatThrownBy(() -> UsageQuery.parse(Map.of("from", noon, "to", noon)))
        .hasMessageContaining("must be after");
    assertThatThrownBy(() -> UsageQuery.parse(Map.of("tenant", List.of("a", "b"))))
        .hasMessageContaining("2 times");
  }
}
