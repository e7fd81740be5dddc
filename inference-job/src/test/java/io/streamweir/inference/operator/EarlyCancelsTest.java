package io.streamweir.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EarlyCancelsTest {

  private final EarlyCancels cancels = new EarlyCancels(3, 1000);

  @Test
  void shouldGiveACancelOnce() {
    cancels.add("t/a", "why", 0, 0);
    assertThat(cancels.take("t/a")).map(EarlyCancels.Cancel::reason).contains("why");
    assertThat(cancels.take("t/a")).isEmpty();
  }

  @Test
  void shouldNotTakeUpACancelThatIsOlderThanTheTopicKeepsIt() {
    cancels.add("t/a", null, 0, 1000);
    assertThat(cancels.take("t/a")).isEmpty();
  }

  @Test
  void shouldForgetWhatIsTooOldWhenOthersCome() {
    cancels.add("t/a", null, 0, 0);
    cancels.add("t/b", null, 1500, 1500);
    assertThat(cancels.take("t/a")).isEmpty();
    assertThat(cancels.take("t/b")).isPresent();
  }

  @Test
  void shouldGiveTheCancelOfABatchToEachOfItsRequests() {
    cancels.add("t/batch_x", "why", 0, 0);
    for (var id : new String[] {"t/batch_x.1", "t/batch_x.1", "t/batch_x.200000"}) {
      assertThat(cancels.take(id)).map(EarlyCancels.Cancel::reason).contains("why");
    }
    for (var id : new String[] {"u/batch_x.1", "t/batch_y.1", "t/batch_x.a", "t/batch_xy"}) {
      assertThat(cancels.take(id)).isEmpty();
    }
  }

  @Test
  void shouldForgetTheOldestWhenFull() {
    for (var id : new String[] {"t/a", "t/b", "t/c", "t/d"}) {
      cancels.add(id, null, 0, 0);
    }
    assertThat(cancels.size()).isEqualTo(3);
    assertThat(cancels.take("t/a")).isEmpty();
    assertThat(cancels.take("t/d")).isPresent();
  }
}
