package io.streamweir.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.EngineError;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.SequenceOutput;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.text.output.OutputEvent;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutcomeTest {

  @ParameterizedTest
  @CsvSource({
    "context_length_exceeded, context_length_exceeded, 400",
    "engine_numeric_error, engine_numeric_error, 500",
    "empty_prompt, prompt_empty, 400",
    "invalid_token_id, invalid_request, 400",
    "invalid_sampling, invalid_request, 400",
    "something_new, engine_error, 500",
  })
  void shouldTranslateTheErrorsOfEngines(String engineCode, String code, int httpStatus) {
    var output =
        new SequenceOutput(
            "t/a", 0, new int[0], "", FinishReason.ERROR, new EngineError(engineCode, "why"), 0);
    var outcome = Outcome.of(output, Long.MAX_VALUE, null);
    assertThat(outcome.status()).isEqualTo(ResultStatus.ERROR);
    assertThat(outcome.error().getCode()).isEqualTo(code);
    assertThat(outcome.error().getHttpStatus()).isEqualTo(httpStatus);
    assertThat(outcome.error().getMessage()).contains("why");
  }

  @ParameterizedTest
  @CsvSource({"STOP, COMPLETED, stop", "LENGTH, COMPLETED, length"})
  void shouldCompleteWithoutError(FinishReason reason, ResultStatus status, String word) {
    var output = new SequenceOutput("t/a", 0, new int[] {1}, "x", reason, null, 0);
    var outcome = Outcome.of(output, Long.MAX_VALUE, null);
    assertThat(outcome).isEqualTo(new Outcome(status, word, null));
  }

  @ParameterizedTest
  @CsvSource({"STOP, 1, false, tool_calls", "STOP, 0, false, stop", "STOP, 1, true, stop"})
  void shouldSayThatItEndsInToolCallsWhenTheseAreComplete(
      FinishReason reason, int calls, boolean inside, String word) {
    var reading = new SequenceOutput.Reading(List.of(new OutputEvent.End(calls, inside)), 0);
    var output =
        new SequenceOutput("t/a", 0, new int[] {1}, "x", reason, null, 0, List.of(), reading);
    var outcome = Outcome.of(output, Long.MAX_VALUE, null);
    assertThat(outcome).isEqualTo(new Outcome(ResultStatus.COMPLETED, word, null));
  }
}
