package io.streamweir.models.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnswerTest {
  private static final Answer TRACK =
      new Answer("track_order", Optional.of(new Entity("order_id", "00123842")));

  @Test
  void shouldWriteTheEntityUnderItsType() {
    assertThat(TRACK.toJson()).isEqualTo("{\"intent\":\"track_order\",\"order_id\":\"00123842\"}");
    assertThat(new Answer("review", Optional.empty()).toJson())
        .isEqualTo("{\"intent\":\"review\"}");
  }

  @Test
  void shouldReadWhatItWrites() {
    Answer quoted =
        new Answer("get_invoice", Optional.of(new Entity("person_name", "\"Al\" \\ X")));

    assertThat(Answer.parse(TRACK.toJson())).contains(TRACK);
    assertThat(Answer.parse(quoted.toJson())).contains(quoted);
  }

  @Test
  void shouldRefuseWhatIsNotAnAnswer() {
    for (String line :
        List.of(
            "",
            "review",
            "[]",
            "{}",
            "{\"intent\":1}",
            "{\"intent\":\"a\",\"b\":\"1\",\"c\":\"2\"}",
            "{\"intent\":\"track_order\",\"order_id\":\"0012")) {
      assertThat(Answer.parse(line)).as(line).isEmpty();
    }
  }
}
