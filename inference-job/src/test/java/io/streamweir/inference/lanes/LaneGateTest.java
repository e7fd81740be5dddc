package io.streamweir.inference.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LaneGateTest {

  private final LaneGate gate = new LaneGate();

  @Test
  void shouldStartClosed() {
    assertThat(gate.isOpen()).isFalse();
    assertThat(gate.opened()).isNotDone();
  }

  @Test
  void shouldWakeItsWaiterWhenOpened() {
    var waiter = gate.opened();
    gate.open();
    assertThat(waiter).isCompleted();
    assertThat(gate.isOpen()).isTrue();
  }

  @Test
  void shouldGiveANewFutureWhenClosedAgain() {
    gate.open();
    gate.close();
    assertThat(gate.isOpen()).isFalse();
    assertThat(gate.opened()).isNotDone();
  }

  @Test
  void shouldKeepItsWaiterWhenClosedTwice() {
    var waiter = gate.opened();
    gate.close();
    assertThat(gate.opened()).isSameAs(waiter);
  }
}
