package io.streamweir.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScoresTest {

  private static final Utterance CANCEL =
      new Utterance(
          "cancel order 123",
          new Answer("cancel_order", Optional.of(new Answer.Entity("order_id", "123"))));
  private static final Utterance REVIEW =
      new Utterance("I want to review", new Answer("review", Optional.empty()));

  @Test
  void shouldCountIntentAndEntityApart() {
    var scores =
        Scores.of(
            List.of(CANCEL, CANCEL, CANCEL, REVIEW),
            List.of(
                "{\"intent\":\"cancel_order\",\"order_id\":\"123\"}",
                "{\"intent\":\"cancel_order\",\"order_id\":\"0123\"}",
                "{\"intent\":\"track_order\",\"order_id\":\"123\"}",
                "{\"intent\":\"review\"}"));

    assertThat(scores).isEqualTo(new Scores(4, 4, 3, 3, 2, 0));
    assertThat(scores.intentAccuracy()).isEqualTo(75.0);
    assertThat(scores.entityExact()).isEqualTo(200.0 / 3);
  }

  @Test
  void shouldCountNothingRightWhenTheAnswerIsNoJson() {
    var scores = Scores.of(List.of(CANCEL, REVIEW), List.of("sure, I can help", ""));

    assertThat(scores).isEqualTo(new Scores(2, 0, 0, 1, 0, 0));
  }

  @Test
  void shouldCountAnEntityAsWrongWhenItsTypeIs() {
    var scores =
        Scores.of(List.of(CANCEL), List.of("{\"intent\":\"cancel_order\",\"invoice_id\":\"123\"}"));

    assertThat(scores.entities()).isZero();
  }

  @Test
  void shouldCountAnEntityAsSpuriousWhenThereIsNone() {
    var scores = Scores.of(List.of(REVIEW), List.of("{\"intent\":\"review\",\"order_id\":\"1\"}"));

    assertThat(scores.spurious()).isOne();
    assertThat(scores.intents()).isOne();
    assertThat(scores.entityExact()).isEqualTo(100.0);
  }
}
