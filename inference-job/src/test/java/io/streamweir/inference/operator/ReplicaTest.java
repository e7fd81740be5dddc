package io.streamweir.inference.operator;

import static io.streamweir.inference.operator.FakeEngine.output;
import static io.streamweir.inference.operator.FakeEngine.step;
import static io.streamweir.inference.operator.FakeEngine.tokens;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.streamweir.engine.FinishReason;
import io.streamweir.engine.SequenceOutput;
import io.streamweir.engine.TokenLogprobs;
import io.streamweir.flink.OutboundRecord;
import io.streamweir.inference.lanes.LaneGate;
import io.streamweir.inference.lanes.LaneRecord;
import io.streamweir.inference.testing.Request;
import io.streamweir.schemas.AnswerDelta;
import io.streamweir.schemas.AnswerReading;
import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.InMemorySchemaRegistry;
import io.streamweir.text.output.OutputEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.metrics.SimpleCounter;
import org.junit.jupiter.api.Test;

class ReplicaTest {

  private static final int ROOM = 3;

  private final InMemorySchemaRegistry registry = new InMemorySchemaRegistry();
  private final AvroCodec<DispatchedRequest> dispatchedCodec =
      new AvroCodec<>(registry, Topics.DISPATCH_SUBJECT, DispatchedRequest.class);
  private final AvroCodec<TokenChunk> chunkCodec =
      new AvroCodec<>(registry, Topics.TOKENS.subject(), TokenChunk.class);
  private final AvroCodec<InferenceResult> resultCodec =
      new AvroCodec<>(registry, Topics.RESULTS.subject(), InferenceResult.class);
  private final List<OutboundRecord> fast = new ArrayList<>();
  private final List<OutboundRecord> exact = new ArrayList<>();
  private final FakeEngine engine = new FakeEngine();
  private final FakeJournal journal = new FakeJournal();
  private final ManualClock clock = new ManualClock();
  private final LaneGate online = new LaneGate();
  private final LaneGate offline = new LaneGate();
  private final ReplicaCounters counters =
      new ReplicaCounters(
          new SimpleCounter(),
          new SimpleCounter(),
          new SimpleCounter(),
          new SimpleCounter(),
          new SimpleCounter());
  private final Replica replica = replica();

  private Replica replica() {
    var out =
        new ResponseWriter(
            registry, new ResponseWriter.Identity("m", "d", "cpu"), fast::add, exact::add);
    return new Replica(
        dispatchedCodec,
        engine,
        journal,
        new Gates(online, offline, ROOM, 1 << 20),
        out,
        new ChunkEmitter(out, "d", 4, Duration.ofMillis(100), engine::spell),
        new EarlyCancels(10, 1000),
        new FinishedRequests(10),
        counters,
        clock);
  }

  @Test
  void shouldHoldRequestsAndGatesUntilEngineAndControlAreReady() {
    engine.up = false;
    accept("a");
    assertThat(engine.submitted).isEmpty();
    replica.controlRead(6);
    replica.journalRead(1);
    assertThat(online.isOpen()).isFalse();

    engine.up = true;
    replica.engineUp();

    assertThat(engine.submittedIds()).containsExactly("t/a");
    assertThat(online.isOpen()).isTrue();
    assertThat(offline.isOpen()).isTrue();
  }

  @Test
  void shouldNotStartBeforeTheControlTopicWasRead() {
    accept("a");
    assertThat(engine.submitted).isEmpty();
    replica.cancel(List.of(new CancelCommand("t/a", null, 0)));
    replica.controlRead(6);
    replica.journalRead(1);
    assertThat(engine.submitted).isEmpty();
    assertThat(results()).extracting("status").containsExactly(ResultStatus.CANCELLED);
  }

  @Test
  void shouldCancelWhatIsHereOfABatchAndWhatIsYetToCome() {
    ready();
    accept("batch_x.1");
    accept("batch_y.1");
    replica.cancel(List.of(new CancelCommand("t/batch_x", "enough", clock.millis())));
    assertThat(engine.cancelled).containsExactly("t/batch_x.1");

    accept("batch_x.2");

    assertThat(engine.submittedIds()).containsExactly("t/batch_x.1", "t/batch_y.1");
    assertThat(results())
        .extracting("requestId", "status")
        .containsExactly(tuple("batch_x.2", ResultStatus.CANCELLED));
  }

  @Test
  void shouldCloseTheOnlineGateWhileTheWaitingRoomIsFull() {
    ready();
    for (int i = 0; i < ROOM; i++) {
      assertThat(online.isOpen()).isTrue();
      accept("r" + i);
    }
    assertThat(online.isOpen()).isFalse();

    replica.engineSteps(List.of(step(tokens("t/r1", 0, 7))));

    assertThat(online.isOpen()).isTrue();
  }

  @Test
  void shouldOpenTheOfflineGateOnlyWhileTheEngineHasRoom() {
    ready();
    engine.statistics = FakeEngine.statistics(0);
    replica.tick();
    assertThat(offline.isOpen()).isFalse();
    assertThat(online.isOpen()).isTrue();
    engine.statistics = FakeEngine.statistics(1);
    replica.tick();
    assertThat(offline.isOpen()).isTrue();
  }

  @Test
  void shouldMakeOneChunkOfWhatOneDrainBrings() {
    ready();
    accept("a");
    replica.engineSteps(List.of(step(tokens("t/a", 0, 5)), step(tokens("t/a", 1, 6, 7))));
    assertThat(chunks()).hasSize(1);
    assertThat(chunks().get(0).getTokenIds()).containsExactly(5, 6, 7);
    assertThat(chunks().get(0).getText()).isEqualTo("5 6 7 ");
    assertThat(chunks().get(0).getTextOffset()).isZero();
    replica.engineSteps(List.of(step(output("t/a", 3, FinishReason.STOP, 8))));
    assertThat(chunks()).hasSize(2);
    assertThat(chunks().get(1).getFirstIndex()).isEqualTo(3);
    assertThat(chunks().get(1).getTextOffset()).isEqualTo("5 6 7 ".length());
    assertThat(chunks().get(1).getFinishReason()).isEqualTo("stop");
    assertThat(results().get(0).getText()).isEqualTo("5 6 7 8 ");
  }

  @Test
  void shouldConstrainTheAnswerAndEndOnlyTheRequestWhoseFormatTheEngineRefuses() {
    ready();
    acceptWithFormat("a", "{\"type\": \"json_object\"}");
    acceptWithFormat("b", "{\"type\": \"unheard of\"}");
    accept("c");
    assertThat(engine.constraining).containsExactly("t/a", "t/b");
    assertThat(engine.submittedIds()).as("waits for no format").containsExactly("t/c");

    replica.engineConstrained("t/a", engine.mask);
    replica.engineRefused("t/b", "No such format");

    assertThat(engine.submittedIds()).containsExactly("t/c", "t/a");
    assertThat(engine.submitted.get(1).mask()).isSameAs(engine.mask);
    assertThat(results()).hasSize(1);
    assertThat(results().get(0).getRequestId()).isEqualTo("b");
    assertThat(results().get(0).getError().getCode()).isEqualTo("invalid_request");
    assertThat(results().get(0).getError().getMessage()).isEqualTo("No such format");
  }

  @Test
  void shouldEndARequestWhileItsFormatIsCompiled() {
    ready();
    acceptWithFormat("a", "{\"type\": \"json_object\"}");
    acceptWithFormat("b", "{\"type\": \"json_object\"}", clock.millis() + 1000);

    replica.cancel(List.of(new CancelCommand("t/a", "enough", 0)));
    clock.millis += 2000;
    replica.tick();
    replica.engineConstrained("t/a", engine.mask);
    replica.engineRefused("t/b", "No such format");

    assertThat(engine.submitted).isEmpty();
    assertThat(results())
        .extracting("status")
        .containsExactly(ResultStatus.CANCELLED, ResultStatus.EXPIRED);
  }

  @Test
  void shouldCompileTheFormatAgainForTheNextEngineAndServeASuspect() {
    ready();
    acceptWithFormat("a", "{\"type\": \"json_object\"}");
    for (var failure = 0; failure < 2; failure++) {
      replica.engineConstrained("t/a", engine.mask);
      engine.up = false;
      replica.engineFailed(new IllegalStateException("broken"));
      engine.up = true;
      replica.engineUp();
    }

    replica.engineConstrained("t/a", engine.mask);

    assertThat(engine.constraining).hasSize(3);
    assertThat(engine.submittedIds()).containsExactly("t/a", "t/a", "t/a");
  }

  @Test
  void shouldSpellTokensAndTheirAlternativesWhenLogprobsComeWithThem() {
    ready();
    accept("a");
    var logprobs = new TokenLogprobs(-0.5f, new int[] {5, 9}, new float[] {-0.5f, -1.5f});
    replica.engineSteps(
        List.of(
            step(
                new SequenceOutput(
                    "t/a", 0, new int[] {5}, "5 ", null, null, 0, List.of(logprobs)))));

    var sent = chunks().get(0).getLogprobs();
    assertThat(sent).hasSize(1);
    assertThat(sent.get(0).getTokenId()).isEqualTo(5);
    assertThat(sent.get(0).getLogprob()).isEqualTo(-0.5f);
    assertThat(StandardCharsets.UTF_8.decode(sent.get(0).getToken()).toString()).isEqualTo("5 ");
    assertThat(sent.get(0).getTop()).extracting("tokenId").containsExactly(5, 9);
    assertThat(StandardCharsets.UTF_8.decode(sent.get(0).getTop().get(1).getToken()).toString())
        .isEqualTo("9 ");
  }

  @Test
  void shouldLetOfflineTokensShareAChunkUntilTheyAreManyOrOldOrTheLast() {
    ready();
    accept(Lane.OFFLINE, "a");
    replica.engineSteps(List.of(step(tokens("t/a", 0, 1))));
    replica.engineSteps(List.of(step(tokens("t/a", 1, 2, 3))));
    assertThat(chunks()).isEmpty();
    replica.engineSteps(List.of(step(tokens("t/a", 3, 4))));
    assertThat(chunks()).extracting(TokenChunk::getTokenIds).containsExactly(List.of(1, 2, 3, 4));
    replica.engineSteps(List.of(step(tokens("t/a", 4, 5))));
    assertThat(chunks()).hasSize(1);
    clock.millis += 100;
    replica.tick();
    clock.millis -= 100;
    assertThat(chunks().get(1).getFirstIndex()).isEqualTo(4);
    replica.engineSteps(List.of(step(tokens("t/a", 5, 6))));
    replica.engineSteps(List.of(step(output("t/a", 6, FinishReason.STOP, 7))));
    assertThat(chunks()).hasSize(3);
    assertThat(chunks().get(2).getTokenIds()).containsExactly(6, 7);
    assertThat(chunks().get(2).getText()).isEqualTo("6 7 ");
    assertThat(chunks().get(2).getTextOffset()).isEqualTo("1 2 3 4 5 ".length());
  }

  @Test
  void shouldSendWhatLingersBeforeStateIsStored() {
    ready();
    accept(Lane.OFFLINE, "a");
    replica.engineSteps(List.of(step(tokens("t/a", 0, 1))));
    replica.flush();
    assertThat(chunks()).extracting(TokenChunk::getTokenIds).containsExactly(List.of(1));
    replica.flush();
    assertThat(chunks()).hasSize(1);
  }

  @Test
  void shouldEndARequestOnceWhenTheEngineGoesOnWithIt() {
    ready();
    accept("a");
    replica.engineSteps(List.of(step(output("t/a", 0, FinishReason.LENGTH, 5))));
    replica.engineSteps(List.of(step(output("t/a", 1, FinishReason.LENGTH, 6))));
    assertThat(chunks()).hasSize(1);
    assertThat(results()).hasSize(1);
    assertThat(exact).as("result and usage").hasSize(2);
  }

  @Test
  void shouldEndARequestWhenTheEngineLeavesATokenOut() {
    ready();
    accept("a");
    replica.engineSteps(List.of(step(tokens("t/a", 0, 5))));
    replica.engineSteps(List.of(step(tokens("t/a", 2, 6))));
    assertThat(engine.cancelled).containsExactly("t/a");
    assertThat(results().get(0).getError().getCode()).isEqualTo("engine_error");
    assertThat(results().get(0).getTokenIds()).containsExactly(5);
  }

  @Test
  void shouldResumeAfterTheReleasedTokensWhenTheEngineFails() {
    ready();
    accept("a");
    replica.engineSteps(List.of(step(tokens("t/a", 0, 5, 6))));
    failEngine();
    assertThat(online.isOpen()).isFalse();
    restartEngine();
    assertThat(engine.submitted).hasSize(2);
    assertThat(engine.submitted.get(1).generatedTokenIds()).containsExactly(5, 6);
    replica.engineSteps(List.of(step(output("t/a", 2, FinishReason.STOP, 7))));
    assertThat(results().get(0).getTokenIds()).containsExactly(5, 6, 7);
    assertThat(results().get(0).getAttempt()).isEqualTo(2);
  }

  @Test
  void shouldGiveSuspectsToTheEngineOneByOne() {
    ready();
    accept("a");
    accept("b");
    failEngine();
    restartEngine();
    failEngine();
    engine.submitted.clear();
    restartEngine();
    assertThat(engine.submittedIds()).as("first suspect alone").containsExactly("t/a");
    failEngine();
    assertThat(results()).extracting("requestId").containsExactly("a");
    assertThat(results().get(0).getError().getMessage()).contains("3 times");
    engine.submitted.clear();
    restartEngine();
    assertThat(engine.submittedIds()).containsExactly("t/b");
    replica.engineSteps(List.of(step(output("t/b", 0, FinishReason.STOP, 1))));
    assertThat(results().get(1).getStatus()).isEqualTo(ResultStatus.COMPLETED);
  }

  @Test
  void shouldTakeTheNextSuspectWhenOneEndsWell() {
    ready();
    accept("a");
    accept("b");
    failEngine();
    restartEngine();
    failEngine();
    engine.submitted.clear();
    restartEngine();
    accept("fresh");
    replica.engineSteps(List.of(step(output("t/a", 0, FinishReason.STOP, 1))));
    assertThat(engine.submittedIds()).containsExactly("t/a", "t/fresh", "t/b");
  }

  @Test
  void shouldEndAsCancelledWhenTheEngineFailsBeforeItDidTheCancel() {
    ready();
    accept("a");
    replica.cancel(List.of(new CancelCommand("t/a", "enough", 0)));
    assertThat(engine.cancelled).containsExactly("t/a");
    failEngine();
    assertThat(results()).extracting("status").containsExactly(ResultStatus.CANCELLED);
    assertThat(results().get(0).getError().getMessage()).contains("enough");
  }

  @Test
  void shouldGoOnWhereAPredecessorStoppedWhenTheRequestIsInDoubt() {
    ready();
    journal.doubts = true;
    accept("a");
    assertThat(engine.submitted).isEmpty();
    assertThat(journal.claims).extracting(claim -> claim.key().requestId()).containsExactly("a");

    replica.claimed(List.of(FakeJournal.released("a", null, 5, 6)));

    assertThat(engine.submitted.get(0).generatedTokenIds()).containsExactly(5, 6);
    replica.engineSteps(List.of(step(output("t/a", 2, FinishReason.STOP, 7))));
    assertThat(chunks()).hasSize(1);
    assertThat(chunks().get(0).getFirstIndex()).isEqualTo(2);
    assertThat(chunks().get(0).getTextOffset()).isEqualTo("5 6 ".length());
    assertThat(results().get(0).getTokenIds()).containsExactly(5, 6, 7);
    assertThat(results().get(0).getText()).isEqualTo("5 6 7 ");
    assertThat(results().get(0).getAttempt()).isEqualTo(2);
  }

  @Test
  void shouldEndAsAPredecessorDidWhenItHadEndedTheStream() {
    ready();
    journal.doubts = true;
    accept("a");
    replica.claimed(List.of(FakeJournal.released("a", "length", 5, 6)));
    assertThat(engine.submitted).isEmpty();
    assertThat(chunks()).as("the stream has its end already").isEmpty();
    assertThat(results().get(0).getStatus()).isEqualTo(ResultStatus.COMPLETED);
    assertThat(results().get(0).getFinishReason()).isEqualTo("length");
    assertThat(results().get(0).getTokenIds()).containsExactly(5, 6);
    assertThat(replica.isIdle()).isTrue();
  }

  @Test
  void shouldStartTheStreamOverWhenItsTailIsLost() {
    ready();
    journal.doubts = true;
    accept("a");
    replica.claimed(List.of(FakeJournal.lost("a")));
    assertThat(chunks()).extracting(TokenChunk::getKind).containsExactly(ChunkKind.RESET);
    assertThat(engine.submittedIds()).containsExactly("t/a");
  }

  @Test
  void shouldTellWhatTheAnswerSaysAndSayItAgainWhenTheTailIsLost() {
    var dispatched = Request.online("t", "a", 5).dispatched();
    dispatched.setReading(AnswerReading.newBuilder().build());
    var known = new InFlight(dispatched, dispatchedCodec.encode(dispatched), Lane.ONLINE, 1_000);
    known.append(read(0, new OutputEvent.Reasoning("Hm"), new OutputEvent.Content("Wa")), 1);
    replica.restore(known);
    ready();

    replica.claimed(List.of(FakeJournal.lost("a")));
    replica.engineSteps(List.of(step(read(1))));
    replica.engineSteps(
        List.of(
            step(read(2, new OutputEvent.Content("it"))),
            step(read(3, new OutputEvent.ToolCallStart(0, "call_1", "f")))));

    assertThat(chunks())
        .extracting(TokenChunk::getKind)
        .containsExactly(ChunkKind.RESET, ChunkKind.TOKENS, ChunkKind.TOKENS, ChunkKind.TOKENS);
    assertThat(chunks().get(1).getDeltas())
        .extracting(AnswerDelta::getText)
        .containsExactly("Hm", "Wa");
    assertThat(chunks().get(2).getDeltas()).as("nothing is certain yet").isEmpty();
    assertThat(chunks().get(3).getDeltas())
        .extracting(delta -> delta.getPart() + " " + delta.getText())
        .containsExactly("1 it", "2 f");
    assertThat(chunks()).extracting(TokenChunk::getDeltaOffset).containsExactly(0, 0, 4, 4);
    assertThat(chunks().get(3).getReasoningTokens()).isEqualTo(4);
    assertThat(engine.submitted.get(0).reading().tools()).isNull();
  }

  private static SequenceOutput read(int index, OutputEvent... events) {
    return new SequenceOutput(
        "t/a",
        index,
        new int[] {index},
        "text",
        null,
        null,
        0,
        List.of(),
        new SequenceOutput.Reading(List.of(events), index + 1));
  }

  @Test
  void shouldNotEndARequestInDoubtBeforeItKnowsWhatWasReleased() {
    ready();
    journal.doubts = true;
    accept("a");
    replica.cancel(List.of(new CancelCommand("t/a", "enough", 0)));
    assertThat(results()).isEmpty();
    replica.claimed(List.of(FakeJournal.released("a", null, 5, 6)));
    assertThat(engine.submitted).isEmpty();
    assertThat(results()).extracting("status").containsExactly(ResultStatus.CANCELLED);
    assertThat(results().get(0).getTokenIds()).containsExactly(5, 6);
    assertThat(chunks().get(0).getFirstIndex()).isEqualTo(2);
  }

  @Test
  void shouldExpireWhatIsHeldWhenItsDeadlinePasses() {
    accept(Request.online("t", "a", 5).withDeadline(2_000));
    replica.tick();
    assertThat(results()).isEmpty();
    clock.millis = 2_000;
    replica.tick();
    assertThat(results()).extracting("status").containsExactly(ResultStatus.EXPIRED);
    assertThat(replica.isIdle()).isTrue();
  }

  @Test
  void shouldDropARequestThatIsInFlightOrHasEnded() {
    ready();
    accept("a");
    accept("a");
    replica.engineSteps(List.of(step(output("t/a", 0, FinishReason.STOP, 1))));
    accept("a");
    assertThat(engine.submitted).hasSize(1);
    assertThat(results()).hasSize(1);
    assertThat(counters.duplicates().getCount()).isEqualTo(2);
  }

  @Test
  void shouldWriteToTheHashedPartitionWhenTheReplyPartitionDoesNotExist() {
    replica.controlRead(2);
    replica.journalRead(1);
    replica.engineUp();
    var dispatched = Request.online("t", "a", 5).dispatched();
    dispatched.setReplyPartition(99);
    accept(dispatched);
    replica.engineSteps(List.of(step(tokens("t/a", 0, 5))));
    assertThat(fast.get(0).partition).isBetween(0, 1);
  }

  private void ready() {
    replica.controlRead(6);
    replica.journalRead(1);
    replica.engineUp();
  }

  private void failEngine() {
    engine.up = false;
    replica.engineFailed(new IllegalStateException("broken"));
  }

  private void restartEngine() {
    engine.up = true;
    replica.engineUp();
  }

  private void accept(String id) {
    accept(Request.online("t", id, 5));
  }

  private void accept(Request request) {
    accept(request.dispatched());
  }

  private void accept(DispatchedRequest dispatched) {
    accept(Lane.ONLINE, dispatched);
  }

  private void acceptWithFormat(String id, String responseFormat) {
    acceptWithFormat(id, responseFormat, null);
  }

  private void acceptWithFormat(String id, String responseFormat, Long deadlineMs) {
    var dispatched = Request.online("t", id, 5).dispatched();
    dispatched.getSampling().setResponseFormat(responseFormat);
    dispatched.setDeadlineMs(deadlineMs);
    accept(dispatched);
  }

  private void accept(Lane lane, String id) {
    accept(lane, Request.offline("t", id, 10).dispatched());
  }

  private void accept(Lane lane, DispatchedRequest dispatched) {
    replica.accept(
        new LaneRecord(lane, "topic", 0, 0, null, dispatchedCodec.encode(dispatched), 0));
  }

  private List<TokenChunk> chunks() {
    return fast.stream().map(record -> chunkCodec.decode(record.value)).toList();
  }

  private List<InferenceResult> results() {
    return exact.stream()
        .filter(record -> record.topic.equals(Topics.RESULTS.name()))
        .map(record -> resultCodec.decode(record.value))
        .toList();
  }
}
