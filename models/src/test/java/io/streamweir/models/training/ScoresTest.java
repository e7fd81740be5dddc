package io.streamweir.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.models.data.Utterance;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoresTest {
  private static final Utterance ORDER = new Utterance("track 12", "track_order", "order_id", 6, 8);
  private static final Utterance REVIEW = new Utterance("leave review", "review", "", 0, 0);

  @Test
  void shouldCountEachKindOfMistake() {
    Scores scores =
        Scores.of(
            List.of(ORDER, ORDER, ORDER, REVIEW, REVIEW),
            List.of(
                "{\"intent\":\"track_order\",\"order_id\":\"12\"}",
                "{\"intent\":\"track_order\",\"invoice_id\":\"12\"}",
                "{\"intent\":\"track_or",
                "{\"intent\":\"review\",\"order_id\":\"1\"}",
                "{\"intent\":\"complaint\"}"));

    assertThat(scores.intents()).isEqualTo(3);
    assertThat(scores.validJson()).isEqualTo(4);
    assertThat(scores.withEntity()).isEqualTo(3);
    assertThat(scores.entities()).isEqualTo(1);
    assertThat(scores.spuriousEntities()).isEqualTo(1);
    assertThat(scores.wrong()).hasSize(4);
    assertThat(scores.answerExact()).isEqualTo(20.0);
  }
}
