package io.streamweir.schemas.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.schemas.AnswerDelta;
import io.streamweir.schemas.ChatAnswer;
import io.streamweir.schemas.DeltaKind;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnswerDeltasTest {
  private static final List<AnswerDelta> WHOLE =
      List.of(
          new AnswerDelta(DeltaKind.REASONING, "Hm 🙂?", 0, -1, ""),
          new AnswerDelta(DeltaKind.CONTENT, "Wait.", 1, -1, ""),
          new AnswerDelta(DeltaKind.TOOL_CALL, "f", 2, 0, "call_a"),
          new AnswerDelta(DeltaKind.ARGUMENTS, "{\"a\": 1}", 2, 0, ""),
          new AnswerDelta(DeltaKind.TOOL_CALL, "g", 3, 1, "call_b"),
          new AnswerDelta(DeltaKind.TOOL_CALL, "h", 4, 2, "call_c"),
          new AnswerDelta(DeltaKind.ARGUMENTS, "{}", 4, 2, ""));
  private static final ChatAnswer ANSWER =
      new ChatAnswer(
          "Wait.",
          "Hm 🙂?",
          List.of(
              new ToolCall("call_a", "f", "{\"a\": 1}"),
              new ToolCall("call_b", "g", ""),
              new ToolCall("call_c", "h", "{}")));
  private static final int SIZE = AnswerDeltas.size(WHOLE);

  @Test
  void shouldReadTheSameAnswerHoweverItIsCutAndRepeated() {
    var random = new Random(11);
    for (int round = 0; round < 200; round++) {
      var sequence = new TokenSequence();
      var builder = new AnswerBuilder();
      var read = 0;
      while (read < SIZE) {
        var from = random.nextInt(read + 1);
        var to = from + 1 + random.nextInt(SIZE - from);
        var fresh = sequence.accept(chunk(from, to));
        fresh.ifPresent(chunk -> builder.append(chunk.getDeltas()));
        read = Math.max(read, to);
        assertThat(builder.size()).isEqualTo(read);
        assertThat(builder.deltas()).isEqualTo(cut(0, read));
      }
      assertThat(builder.answer()).isEqualTo(ANSWER);
    }
  }

  @Test
  void shouldGoOnBehindAnyPlaceWhenTheBeginningIsKnown() {
    for (int known = 0; known < SIZE; known++) {
      var sequence = new TokenSequence(0, 0, known);

      var fresh = sequence.accept(chunk(0, SIZE)).orElseThrow();

      assertThat(fresh.getDeltas()).isEqualTo(cut(known, SIZE));
      assertThat(fresh.getDeltaOffset()).isEqualTo(known);
    }
  }

  @Test
  void shouldReportDeltasThatAreMissing() {
    var sequence = new TokenSequence();
    sequence.accept(chunk(0, 3));

    assertThatThrownBy(() -> sequence.accept(chunk(4, 6)))
        .isInstanceOf(BrokenSequenceException.class)
        .hasMessageContaining("deltas 3 to 3 are missing");
  }

  @Test
  void shouldTellAnAnswerThatIsTextFromOneThatHasSaidNothingYet() {
    var text = new AnswerBuilder();
    text.append(null);
    assertThat(text.answer()).isNull();
    text.append(List.of());
    assertThat(text.answer()).isEqualTo(new ChatAnswer("", "", List.of()));
  }

  private static TokenChunk chunk(int from, int to) {
    return TokenChunk.newBuilder()
        .setRequestId("r")
        .setDeltas(cut(from, to))
        .setDeltaOffset(from)
        .build();
  }

  /** The deltas between two places, neighbours joined. */
  private static List<AnswerDelta> cut(int from, int to) {
    var cut = new ArrayList<AnswerDelta>();
    var begin = 0;
    for (var delta : WHOLE) {
      var size = AnswerDeltas.size(delta);
      var first = Math.max(from, begin) - begin;
      var last = Math.min(to, begin + size) - begin;
      if (first < last) {
        var text = delta.getText();
        cut.add(
            delta.getKind() == DeltaKind.TOOL_CALL
                ? delta
                : AnswerDelta.newBuilder(delta)
                    .setText(
                        text.substring(
                            text.offsetByCodePoints(0, first), text.offsetByCodePoints(0, last)))
                    .build());
      }
      begin += size;
    }
    return cut;
  }
}
