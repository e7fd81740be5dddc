package io.streamweir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ByteBudgetTest {

  private final ByteBudget budget = new ByteBudget(100);

  @Test
  void shouldRefuseWhatIsBeyondTheLimitOfAllLeases() {
    var first = budget.lease();
    var second = budget.lease();

    assertThat(first.grow(60)).isTrue();
    assertThat(second.grow(50)).isFalse();
    assertThat(second.grow(40)).isTrue();
    assertThat(first.grow(1)).isFalse();
  }

  @Test
  void shouldGiveBackOnceHoweverOftenItIsReleased() {
    var lease = budget.lease();
    lease.grow(100);
    lease.release();
    lease.release();

    assertThat(budget.lease().grow(100)).isTrue();
    assertThat(budget.lease().grow(1)).isFalse();
  }
}
