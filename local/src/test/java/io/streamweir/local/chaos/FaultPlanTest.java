package io.streamweir.local.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.local.terminal.WeirException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultPlanTest {

  private static final Duration PAUSE = Duration.ofSeconds(10);

  @Test
  void shouldBeTheSameForTheSameSeedAndAnotherForAnother() {
    assertThat(steps(7, 50)).isEqualTo(steps(7, 50)).isNotEqualTo(steps(8, 50));
  }

  @Test
  void shouldLeaveNoKindOutForLong() {
    var kinds = FaultPlan.codes().size();

    var faults = steps(1, 2 * kinds).stream().flatMap(step -> step.faults().stream()).toList();

    assertThat(faults.subList(0, kinds))
        .extracting(Fault::code)
        .containsExactlyInAnyOrderElementsOf(FaultPlan.codes());
  }

  @Test
  void shouldPauseNoLongerThanItMay() {
    assertThat(steps(3, 200)).allMatch(step -> step.pause().compareTo(PAUSE) <= 0);
  }

  @Test
  void shouldEndAfterTheChosenKindsHappenedOnce() {
    var plan = FaultPlan.once(1, PAUSE, List.of("kill.kafka+kill.ledger", "engine.hang"));

    var blows =
        Stream.generate(plan::next)
            .limit(2)
            .map(step -> step.faults().stream().map(Fault::code).toList())
            .collect(Collectors.toSet());

    assertThat(blows)
        .containsExactlyInAnyOrder(List.of("kill.kafka", "kill.ledger"), List.of("engine.hang"));
    assertThat(plan.hasNext()).isFalse();
  }

  @Test
  void shouldNameTheKindsWhenOneIsUnknown() {
    assertThatThrownBy(() -> FaultPlan.once(1, PAUSE, List.of("kill.mouse")))
        .isInstanceOf(WeirException.class)
        .hasMessageContaining("kill.mouse")
        .hasMessageContaining("freeze.taskmanager");
  }

  private static List<FaultPlan.Step> steps(long seed, int count) {
    return Stream.generate(FaultPlan.random(seed, PAUSE)::next).limit(count).toList();
  }
}
