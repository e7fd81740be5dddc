package io.streamweir.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnswerTest {

  @Test
  void shouldReadIntentAndEntity() {
    assertThat(Answer.parse("{\"intent\":\"track_order\",\"order_id\":\"00123842\"}"))
        .contains(
            new Answer("track_order", Optional.of(new Answer.Entity("order_id", "00123842"))));
  }

  @Test
  void shouldReadAnIntentAlone() {
    assertThat(Answer.parse("{\"intent\":\"review\"}"))
        .contains(new Answer("review", Optional.empty()));
  }

  @Test
  void shouldBeEmptyWhenItIsNotOfTheForm() {
    assertThat(Answer.parse("")).isEmpty();
    assertThat(Answer.parse("{\"intent\":")).isEmpty();
    assertThat(Answer.parse("[\"intent\"]")).isEmpty();
    assertThat(Answer.parse("{\"order_id\":\"1\"}")).isEmpty();
    assertThat(Answer.parse("{\"intent\":\"a\",\"b\":\"c\",\"d\":\"e\"}")).isEmpty();
  }
}
