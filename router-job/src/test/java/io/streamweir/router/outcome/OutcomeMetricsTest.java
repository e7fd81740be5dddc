package io.streamweir.router.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.schemas.Lane;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class OutcomeMetricsTest {

  private final Map<String, Counter> counters = new HashMap<>();
  private final OutcomeMetrics metrics =
      new OutcomeMetrics(
          new UnregisteredMetricsGroup() {
            @Override
            public MetricGroup addGroup(String name) {
              return this;
            }

            @Override
            public <C extends Counter> C counter(String name, C counter) {
              counters.put(name, counter);
              return counter;
            }
          });

  @Test
  void shouldShowEveryOutcomeAtZeroWhenNothingHasHappened() {
    for (var code : ErrorCode.values()) {
      assertThat(counters.get(code.code()).getCount()).isZero();
    }
    assertThat(counters)
        .containsKeys(
            "dispatched_online", "dispatched_offline", "duplicate_request_id", "dead_letter");
  }

  @Test
  void shouldCountTheOutcomeThatHappened() {
    metrics.countDispatched(Lane.OFFLINE);
    metrics.countRejected(new Rejection(ErrorCode.PROMPT_EMPTY, "nothing"));
    metrics.count(OutcomeMetrics.DUPLICATE);

    assertThat(counters.get("dispatched_offline").getCount()).isOne();
    assertThat(counters.get("dispatched_online").getCount()).isZero();
    assertThat(counters.get("prompt_empty").getCount()).isOne();
    assertThat(counters.get("duplicate_request_id").getCount()).isOne();
  }
}
