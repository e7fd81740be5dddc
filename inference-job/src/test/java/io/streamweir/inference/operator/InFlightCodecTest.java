package io.streamweir.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.engine.SequenceOutput;
import io.streamweir.inference.testing.Request;
import io.streamweir.schemas.AnswerDelta;
import io.streamweir.schemas.AnswerReading;
import io.streamweir.schemas.DispatchFencePoint;
import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.InFlightRequest;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.TokenLogPosition;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.InMemorySchemaRegistry;
import io.streamweir.text.output.OutputEvent;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InFlightCodecTest {

  /** As the first release wrote it; the dispatched request has a format of its own. */
  private static final String VERSION_1 = "AQQBAgICVAYKDA4ADDUgNiA3IADQD6AfAA==";

  private final AvroCodec<DispatchedRequest> dispatchedCodec =
      new AvroCodec<>(
          new InMemorySchemaRegistry(), Topics.DISPATCH_SUBJECT, DispatchedRequest.class);
  private final InFlightCodec codec = new InFlightCodec(dispatchedCodec);

  @Test
  void shouldRestoreWhatWasReleasedAsANewAttempt() throws Exception {
    var request = request();
    request.append(FakeEngine.tokens("t/a", 0, 5, 6, 7), 2_000);
    request.markEngineFailed();

    var restored = codec.decode(codec.encode(request, 42));

    assertThat(restored.incarnation()).isEqualTo(42);
    assertThat(restored.request().id()).isEqualTo("t/a");
    assertThat(restored.request().lane()).isEqualTo(Lane.OFFLINE);
    assertThat(restored.request().attempt()).isEqualTo(3);
    assertThat(restored.request().engineFailures()).isEqualTo(1);
    assertThat(restored.request().tokenIds()).containsExactly(5, 6, 7);
    assertThat(restored.request().text()).isEqualTo("5 6 7 ");
    assertThat(restored.request().admittedAtMicros()).isEqualTo(1_000);
    assertThat(restored.request().firstTokenAtMicros()).isEqualTo(2_000);
    assertThat(restored.request().waiting()).isTrue();
    assertThat(restored.request().submitted()).isFalse();
    assertThat(restored.request().toEngineRequest().generatedTokenIds()).containsExactly(5, 6, 7);
    assertThat(restored.request().request()).isEqualTo(request.request());
  }

  @Test
  void shouldRestoreAnAnswerThatIsTakenApart() throws Exception {
    var dispatched = request().request();
    dispatched.setReading(AnswerReading.newBuilder().build());
    var bytes = dispatchedCodec.encode(dispatched);
    var request = new InFlight(dispatched, bytes, Lane.OFFLINE, 1_000);
    var events =
        List.of(
            new OutputEvent.Reasoning("Hm"),
            new OutputEvent.Content("Wait"),
            new OutputEvent.ToolCallStart(0, "call_1", "f"),
            new OutputEvent.ToolCallArguments(0, "{"));
    var reading = new SequenceOutput.Reading(List.copyOf(events), 2);
    request.append(
        new SequenceOutput("t/a", 0, new int[] {5}, "text", null, null, 0, List.of(), reading), 1);

    var restored = codec.decode(codec.encode(request, 42)).request();

    assertThat(restored.answer().deltas()).isEqualTo(request.answer().deltas()).hasSize(4);
    assertThat(restored.answer().deltas())
        .extracting(AnswerDelta::getPart)
        .containsExactly(0, 1, 2, 2);
    assertThat(restored.answer().size()).isEqualTo(2 + 4 + 1 + 1);
    assertThat(restored.answer().reasoningTokens()).isEqualTo(2);
    assertThat(restored.toEngineRequest().reading().requestId()).isEqualTo("a");
  }

  @Test
  void shouldReadWhatTheFirstReleaseWrote() throws Exception {
    var requests = new StateCodec<>("requests", InFlightRequest.class, 3);

    var state = requests.decode(Base64.getDecoder().decode(VERSION_1));

    assertThat(state.getLane()).isEqualTo(Lane.OFFLINE);
    assertThat(state.getIncarnation()).isEqualTo(42);
    assertThat(state.getTokenIds()).containsExactly(5, 6, 7);
    assertThat(state.getText()).isEqualTo("5 6 7 ");
    assertThat(state.getFirstTokenAtUs()).isEqualTo(2_000);
    assertThat(state.getWastedTokens()).isZero();
  }

  @ParameterizedTest
  @MethodSource
  void shouldHaveAVersionForEachSchema(SpecificRecord current, int version) {
    assertThat(
            SchemaNormalization.parsingFingerprint64(
                StateCodec.schema(current.getClass(), version)))
        .as("The record has changed: add the next version of its schema, and write that")
        .isEqualTo(SchemaNormalization.parsingFingerprint64(current.getSchema()));
  }

  static Stream<Arguments> shouldHaveAVersionForEachSchema() {
    return Stream.of(
        Arguments.of(new InFlightRequest(), 3),
        Arguments.of(new TokenLogPosition(), 1),
        Arguments.of(new DispatchFencePoint(), 1));
  }

  @Test
  void shouldCountWhatAFailureHasComputedAgain() throws Exception {
    var request = request();
    request.markSubmitted(1_000);
    request.append(FakeEngine.tokens("t/a", 0, 5, 6, 7), 2_000);
    assertThat(request.wastedTokens()).isZero();
    request.markEngineFailed();
    request.markSubmitted(3_000);
    request.append(FakeEngine.tokens("t/a", 3, 8), 4_000);
    request.append(FakeEngine.tokens("t/a", 4, 9), 5_000);

    var prompt = request.request().getPromptTokenIds().size();
    assertThat(request.wastedTokens()).isEqualTo(prompt + 3);
    assertThat(codec.decode(codec.encode(request, 42)).request().wastedTokens())
        .isEqualTo(prompt + 3);
  }

  @Test
  void shouldNameTheVersionWhenTheStateIsOfALaterRelease() {
    var bytes = codec.encode(request(), 42);
    bytes[0] = 9;
    assertThatThrownBy(() -> codec.decode(bytes)).hasMessageContaining("version 9");
  }

  private InFlight request() {
    var dispatched = Request.offline("t", "a", 9).dispatched();
    return new InFlight(dispatched, dispatchedCodec.encode(dispatched), Lane.OFFLINE, 1_000);
  }
}
