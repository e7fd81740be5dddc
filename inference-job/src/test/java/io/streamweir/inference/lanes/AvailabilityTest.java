package io.streamweir.inference.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AvailabilityTest {

  private final Availability availability = new Availability();

  @Test
  void shouldWakeWhenAnySourceIsDone() {
    var first = new CompletableFuture<Void>();
    var second = new CompletableFuture<Void>();
    var future = availability.rearm();
    availability.new Watch().on(first);
    availability.new Watch().on(second);
    assertThat(future).isNotDone();

    second.complete(null);

    assertThat(future).isCompleted();
  }

  @Test
  void shouldWakeAtOnceWhenTheSourceIsDoneAlready() {
    var future = availability.rearm();
    availability.new Watch().on(CompletableFuture.completedFuture(null));
    assertThat(future).isCompleted();
  }

  @Test
  void shouldKeepItsFutureUntilItIsDone() {
    var future = availability.rearm();
    assertThat(availability.rearm()).isSameAs(future);
    availability.wake();
    assertThat(availability.rearm()).isNotSameAs(future).isNotDone();
  }

  @Test
  void shouldNotPileUpOnASourceThatStaysIdle() {
    var idle = new CompletableFuture<Void>();
    var watch = availability.new Watch();
    for (int i = 0; i < 100; i++) {
      availability.rearm();
      watch.on(idle);
      availability.wake();
    }
    assertThat(idle.getNumberOfDependents()).isEqualTo(1);
  }
}
