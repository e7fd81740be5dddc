package io.streamweir.sinks.query;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.UsageTotals;
import io.streamweir.sinks.ledger.Violation;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which usage is asked for.
 *
 * @param from beginning of the first hour
 * @param to end of the last hour
 * @param groupBy what the sums are told apart by, in the order of the answer
 */
record UsageQuery(
    Optional<String> tenant,
    Optional<String> model,
    Optional<Lane> lane,
    Optional<Instant> from,
    Optional<Instant> to,
    List<Dimension> groupBy) {

  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final Set<String> PARAMETERS =
      new TreeSet<>(Set.of("tenant", "model", "lane", "from", "to", "group_by"));
  private static final String DEFAULT_GROUPS = "tenant,model,lane";

  /**
   * Reads the parameters of a query. Times are widened to full hours, the finest that is kept.
   *
   * @throws ApiException with status 400 for an unknown or repeated parameter, or one that makes no
   *     sense
   */
  static UsageQuery parse(Map<String, List<String>> parameters) {
    parameters.forEach(UsageQuery::check);
    Function<String, Optional<String>> one =
        name -> Optional.ofNullable(parameters.get(name)).map(values -> values.get(0));
    var query =
        new UsageQuery(
            one.apply("tenant"),
            one.apply("model"),
            one.apply("lane").map(UsageQuery::lane),
            one.apply("from").map(text -> hour("from", text, 0)),
            one.apply("to").map(text -> hour("to", text, HOUR - 1)),
            groups(one.apply("group_by").orElse(DEFAULT_GROUPS)));
    if (query.from.isPresent()
        && query.to.isPresent()
        && !query.from.get().isBefore(query.to.get())) {
      throw invalid(
          "to", "'to' (" + query.to.get() + ") must be after 'from' (" + query.from.get() + ").");
    }
    return query;
  }

  boolean covers(UsageTotals account) {
    return tenant.map(account.getTenant()::equals).orElse(true)
        && model.map(account.getModel()::equals).orElse(true)
        && lane.map(account.getLane()::equals).orElse(true)
        && coversHour(account.getHourStartMs());
  }

  /** Model and lane do not matter, and one of an unknown tenant may be anybody's. */
  boolean covers(Violation violation) {
    return coversHour(violation.hourStartMillis())
        && (violation.tenant().isEmpty() || tenant.map(violation.tenant()::equals).orElse(true));
  }

  private boolean coversHour(long startMs) {
    return from.map(first -> startMs >= first.toEpochMilli()).orElse(true)
        && to.map(end -> startMs < end.toEpochMilli()).orElse(true);
  }

  private static void check(String name, List<String> values) {
    if (!PARAMETERS.contains(name)) {
      throw invalid(name, "There is no parameter '" + name + "'; there are " + PARAMETERS + ".");
    }
    if (values.size() > 1) {
      throw invalid(name, "'" + name + "' is given " + values.size() + " times; give it once.");
    }
  }

  private static Lane lane(String text) {
    return Arrays.stream(Lane.values())
        .filter(lane -> lane.name().equals(text.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() -> invalid("lane", "'lane' is '" + text + "'; it is online or offline."));
  }

  private static Instant hour(String name, String text, long roundUp) {
    try {
      var millis = Math.addExact(Instant.parse(text).toEpochMilli(), roundUp);
      return Instant.ofEpochMilli(millis - Math.floorMod(millis, HOUR));
    } catch (DateTimeException | ArithmeticException e) {
      throw invalid(
          name, "'" + name + "' is '" + text + "'; write a time of UTC as 2026-01-31T12:00:00Z.");
    }
  }

  private static List<Dimension> groups(String text) {
    var groups = new LinkedHashSet<Dimension>();
    for (var word : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      groups.add(
          Arrays.stream(Dimension.values())
              .filter(each -> each.code().equals(word))
              .findFirst()
              .orElseThrow(() -> invalid("group_by", unknownGroup(word))));
    }
    return List.copyOf(groups);
  }

  private static String unknownGroup(String word) {
    return "'group_by' names '"
        + word
        + "'; there are "
        + Arrays.stream(Dimension.values()).map(Dimension::code).collect(Collectors.joining(", "))
        + ", separated by commas.";
  }

  private static ApiException invalid(String parameter, String message) {
    return new ApiException(ApiError.invalid(parameter, message));
  }
}
