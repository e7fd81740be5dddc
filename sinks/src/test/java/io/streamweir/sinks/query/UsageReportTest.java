package io.streamweir.sinks.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.gateway.http.ApiException;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.UsageTotals;
import io.streamweir.sinks.ledger.Books;
import io.streamweir.sinks.ledger.Standing;
import io.streamweir.sinks.ledger.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UsageReportTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final List<UsageTotals> ACCOUNTS =
      List.of(
          account("shop", "m", Lane.ONLINE, NOON, 1),
          account("shop", "m", Lane.OFFLINE, NOON.plus(Duration.ofHours(1)), 10),
          account("shop", "n/x", Lane.ONLINE, NOON.plus(Duration.ofHours(12)), 100),
          account("bank", "m", Lane.ONLINE, NOON, 1000));

  @Test
  void shouldAddUpByWhatIsAskedFor() {
    var days = ask(ACCOUNTS, Map.of("tenant", "shop", "group_by", "day")).json();

    assertThat(days.path("rows")).hasSize(2);
    assertThat(days.at("/rows/0/day").asText()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(days.at("/rows/0/requests").asLong()).isEqualTo(11);
    assertThat(days.at("/rows/1/requests").asLong()).isEqualTo(100);
    assertThat(days.at("/total/requests").asLong()).isEqualTo(111);
  }

  @Test
  void shouldLeaveOutOtherModelsLanesAndHours() {
    assertThat(total(Map.of("model", "n/x"))).isEqualTo(100);
    assertThat(total(Map.of("lane", "online"))).isEqualTo(1101);
    assertThat(total(Map.of("from", "2026-01-01T13:00:00Z"))).isEqualTo(110);
    assertThat(total(Map.of("to", "2026-01-01T13:00:00Z"))).isEqualTo(1001);
    assertThat(total(Map.of("group_by", ""))).isEqualTo(1111);
  }

  @Test
  void shouldShowViolationsOfTheTenantAndOfNobodyKnowsWhom() {
    var json = ask(ACCOUNTS, Map.of("tenant", "shop", "model", "n/x")).json();

    assertThat(json.path("violations").findValuesAsText("tenant")).containsExactly("", "shop");
    assertThat(json.at("/violations/1/records").asLong()).isEqualTo(5);
    assertThat(json.at("/unread_records").asLong()).isEqualTo(7);
  }

  @Test
  void shouldRefuseAnAnswerThatIsTooLarge() {
    var many =
        IntStream.rangeClosed(0, UsageReport.MOST_ROWS)
            .mapToObj(i -> account("t" + i, "m", Lane.ONLINE, NOON, 1))
            .toList();

    assertThat(ask(many, Map.of("group_by", "lane")).json().path("rows")).hasSize(1);
    assertThatThrownBy(() -> ask(many, Map.of("group_by", "tenant")))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("more than 20000 rows");
  }

  private static long total(Map<String, String> parameters) {
    return ask(ACCOUNTS, parameters).json().at("/total/requests").asLong();
  }

  private static UsageReport ask(List<UsageTotals> accounts, Map<String, String> parameters) {
    var lists = new HashMap<String, List<String>>();
    parameters.forEach((name, value) -> lists.put(name, List.of(value)));
    return UsageReport.of(UsageQuery.parse(lists), books(accounts), NOON);
  }

  private static UsageTotals account(
      String tenant, String model, Lane lane, Instant hour, long requests) {
    return UsageTotals.newBuilder()
        .setTenant(tenant)
        .setModel(model)
        .setLane(lane)
        .setHourStartMs(hour.toEpochMilli())
        .setRequests(requests)
        .build();
  }

  /** Books in memory, with the violations of two partitions. */
  private static Books books(List<UsageTotals> accounts) {
    return new Books() {
      @Override
      public String unready() {
        return "";
      }

      @Override
      public Standing standing() {
        return new Standing(7, 0);
      }

      @Override
      public void accounts(Consumer<UsageTotals> reader) {
        accounts.forEach(reader);
      }

      @Override
      public void violations(ObjLongConsumer<Violation> reader) {
        reader.accept(new Violation("usage_not_unique", NOON.toEpochMilli(), "shop"), 2);
        reader.accept(new Violation("usage_not_unique", NOON.toEpochMilli(), "bank"), 1);
        reader.accept(new Violation("usage_not_unique", NOON.toEpochMilli(), "shop"), 3);
        reader.accept(new Violation("undecodable_record", NOON.toEpochMilli(), ""), 1);
      }
    };
  }
}
