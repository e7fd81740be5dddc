package io.streamweir.sinks.query;

import io.streamweir.schemas.UsageTotals;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.Function;

/** What sums can be told apart by. Hours and days are those of UTC. */
enum Dimension {
  TENANT(UsageTotals::getTenant),
  MODEL(UsageTotals::getModel),
  LANE(account -> account.getLane().name().toLowerCase(Locale.ROOT)),
  HOUR(account -> Instant.ofEpochMilli(account.getHourStartMs()).toString()),
  DAY(
      account ->
          Instant.ofEpochMilli(account.getHourStartMs()).truncatedTo(ChronoUnit.DAYS).toString());

  private final Function<UsageTotals, String> of;

  Dimension(Function<UsageTotals, String> of) {
    this.of = of;
  }

  /** Its value for an account; times as ISO 8601, the beginning of the hour or day. */
  String of(UsageTotals account) {
    return of.apply(account);
  }

  /** As queries and answers write it. */
  String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
