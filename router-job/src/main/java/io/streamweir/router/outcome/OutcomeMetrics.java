package io.streamweir.router.outcome;

import io.streamweir.schemas.Lane;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;

/** Counts what became of requests: one counter per outcome, in the group {@code outcome}. */
public final class OutcomeMetrics {

  public static final String DUPLICATE = "duplicate_request_id";
  public static final String DEAD_LETTER = "dead_letter";

  private final Map<String, Counter> counters;

  /** Registers every counter at once, so that a dashboard shows zero where nothing happened. */
  public OutcomeMetrics(MetricGroup operator) {
    var group = operator.addGroup("outcome");
    counters =
        Stream.of(
                List.of(DUPLICATE, DEAD_LETTER).stream(),
                Arrays.stream(Lane.values()).map(OutcomeMetrics::dispatched),
                Arrays.stream(ErrorCode.values()).map(ErrorCode::code))
            .flatMap(Function.identity())
            .collect(
                Collectors.toMap(
                    Function.identity(),
                    name -> group.counter(name, new ThreadSafeSimpleCounter())));
  }

  /** Adds one. */
  public void count(String outcome) {
    counters.get(outcome).inc();
  }

  public void countDispatched(Lane lane) {
    count(dispatched(lane));
  }

  public void countRejected(Rejection rejection) {
    count(rejection.code().code());
  }

  private static String dispatched(Lane lane) {
    return "dispatched_" + lane.name().toLowerCase(Locale.ROOT);
  }
}
