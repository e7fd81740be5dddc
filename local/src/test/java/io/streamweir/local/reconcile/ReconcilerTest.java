package io.streamweir.local.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.local.terminal.WeirException;
import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.DeadLetter;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.SamplingParams;
import io.streamweir.schemas.Timings;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.UsageTotals;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReconcilerTest {

  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final long SENT = NOON.toEpochMilli();
  private static final Instant LATER = NOON.plus(Duration.ofHours(2));
  private static final Terms WHOLE = new Terms(LATER, true, Instant.MIN, Instant.MIN);
  private static final Terms UNSETTLED = new Terms(NOON, true, Instant.MIN, Instant.MIN);

  private final Reconciler reconciler = new Reconciler(100);

  static Stream<Arguments> faults() {
    return Stream.of(
        fault(DifferenceKind.REQUEST_LOST, r -> request(r, "x", 0)),
        fault(DifferenceKind.RECORD_LOST, r -> r.stray(source(0), SENT)),
        fault(
            DifferenceKind.DEAD_LETTER_NOT_UNIQUE,
            r -> {
              r.stray(source(0), SENT);
              refuse(r, 0);
              refuse(r, 0);
            }),
        fault(
            DifferenceKind.DUPLICATE_ACCEPTED,
            r -> {
              whole(r, "x");
              request(r, "x", 1);
            }),
        fault(
            DifferenceKind.REQUEST_MISSING,
            r -> {
              tokens(r, "x", 1, 0, "stop", 1, 2);
              books(r, "x", 1, 2);
            }),
        fault(
            DifferenceKind.REQUEST_MISSING,
            r -> {
              whole(r, "x");
              refuse(r, 0);
            }),
        fault(
            DifferenceKind.RESULT_NOT_UNIQUE,
            r -> {
              whole(r, "x");
              r.result(result("x", 1, 2), SENT);
            }),
        fault(
            DifferenceKind.USAGE_NOT_UNIQUE,
            r -> {
              whole(r, "x");
              r.usage(usage("x", 2), SENT);
            }),
        fault(
            DifferenceKind.RESULT_MISSING,
            r -> {
              request(r, "x", 0);
              tokens(r, "x", 1, 0, "stop", 1, 2);
              bill(r, "x", 2);
            }),
        fault(
            DifferenceKind.USAGE_MISSING,
            r -> {
              request(r, "x", 0);
              tokens(r, "x", 1, 0, "stop", 1, 2);
              r.result(result("x", 1, 2), SENT);
            }),
        fault(
            DifferenceKind.STREAM_GAP,
            r -> {
              request(r, "x", 0);
              tokens(r, "x", 1, 0, null, 1);
              tokens(r, "x", 1, 2, "stop", 3);
              books(r, "x", 1, 2, 3);
            }),
        fault(
            DifferenceKind.STREAM_CONTRADICTION,
            r -> {
              request(r, "x", 0);
              tokens(r, "x", 1, 0, null, 1, 2);
              tokens(r, "x", 2, 1, null, 7, 3);
              tokens(r, "x", 2, 3, "stop");
              books(r, "x", 1, 2, 3);
            }),
        fault(
            DifferenceKind.STREAM_WITHOUT_END,
            r -> {
              request(r, "x", 0);
              tokens(r, "x", 1, 0, null, 1, 2);
              books(r, "x", 1, 2);
            }),
        fault(
            DifferenceKind.USAGE_TOKENS_DIFFER,
            r -> {
              request(r, "x", 0);
              tokens(r, "x", 1, 0, "stop", 1, 2);
              r.result(result("x", 1, 2), SENT);
              bill(r, "x", 3);
            }),
        fault(
            DifferenceKind.RESULT_TOKENS_DIFFER,
            r -> {
              request(r, "x", 0);
              tokens(r, "x", 1, 0, "stop", 1, 2);
              r.result(result("x", 2, 1), SENT);
              bill(r, "x", 2);
            }),
        fault(
            DifferenceKind.LEDGER_DIFFERS,
            r -> {
              whole(r, "x");
              r.totals(totals("x", 1, 3));
            }),
        fault(DifferenceKind.LEDGER_DIFFERS, r -> r.totals(totals("x", 1, 3))),
        fault(DifferenceKind.UNDECODABLE_RECORD, r -> r.undecodable(source(0), "no Avro")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void shouldFindTheFaultAndNothingElse(DifferenceKind kind, Consumer<Reconciler> fault) {
    whole(reconciler, "sound");
    fault.accept(reconciler);

    var found = reconciler.compare(WHOLE);

    assertThat(found.agrees()).isFalse();
    assertThat(found.differences()).extracting(Difference::kind).containsExactly(kind);
    assertThat(found.byKind()).containsOnlyKeys(kind).containsEntry(kind, 1);
    assertThat(found.open()).isZero();
    assertThat(found.openAccounts()).isZero();
  }

  @Test
  void shouldHaveAFaultForEveryKind() {
    assertThat(faults().map(fault -> fault.get()[0]).distinct().toList())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(DifferenceKind.values())
                .filter(kind -> kind != DifferenceKind.RESULT_AND_USAGE_DIFFER)
                .map(Object.class::cast)
                .toList());
  }

  @Test
  void shouldFindNothingWhenEveryRequestHasOneOfEach() {
    whole(reconciler, "one");
    whole(reconciler, "two");

    var found = reconciler.compare(WHOLE);

    assertThat(found.differences()).isEmpty();
    assertThat(found.requests()).isEqualTo(2);
    assertThat(found.accounts()).isEqualTo(2);
    assertThat(found.records()).isEqualTo(new RecordCounts(2, 0, 0, 2, 2, 4, 2));
  }

  @Test
  void shouldAccountForADuplicateThatWasRefused() {
    whole(reconciler, "x");
    request(reconciler, "x", 1);
    refuse(reconciler, 1);

    var found = reconciler.compare(WHOLE);

    assertThat(found.differences()).isEmpty();
    assertThat(found.requests()).isOne();
  }

  @Test
  void shouldExpectNoAnswerWhenTheOnlyRecordOfTheRangeIsARefusedDuplicate() {
    request(reconciler, "x", 0);
    refuse(reconciler, 0);

    var found = reconciler.compare(new Terms(LATER, false, NOON, NOON));

    assertThat(found.differences()).isEmpty();
    assertThat(found.requests()).isZero();
  }

  @Test
  void shouldAccountForARecordThatWasNoRequest() {
    reconciler.stray(source(0), SENT);
    refuse(reconciler, 0);

    assertThat(reconciler.compare(WHOLE).differences()).isEmpty();
  }

  @Test
  void shouldCountARequestAsOpenWhenItIsYoung() {
    request(reconciler, "lost-or-not", 0);
    reconciler.stray(source(1), SENT);

    var found = reconciler.compare(UNSETTLED);

    assertThat(found.differences()).isEmpty();
    assertThat(found.open()).isOne();
  }

  @Test
  void shouldCountARequestAsOpenWhenItsTokensStillCome() {
    request(reconciler, "x", 0);
    reconciler.tokens(chunk("x", 1, 0, null, 1), LATER.toEpochMilli());

    var found = reconciler.compare(WHOLE);

    assertThat(found.differences()).isEmpty();
    assertThat(found.open()).isOne();
  }

  @Test
  void shouldCountARequestAsOpenWhenAJobHasYetToReadIt() {
    request(reconciler, "x", 0);
    reconciler.waits(new RequestKey("shop", "x"));

    var found = reconciler.compare(WHOLE);

    assertThat(found.differences()).isEmpty();
    assertThat(found.open()).isOne();
  }

  @Test
  void shouldReportAnExcessHoweverYoungItIs() {
    whole(reconciler, "x");
    reconciler.result(result("x", 1, 2), SENT);

    assertThat(reconciler.compare(UNSETTLED).byKind())
        .containsOnlyKeys(DifferenceKind.RESULT_NOT_UNIQUE);
  }

  @Test
  void shouldCountAnAccountAsOpenWhenItsUsageIsYoung() {
    request(reconciler, "x", 0);
    tokens(reconciler, "x", 1, 0, "stop", 1);
    reconciler.result(result("x", 1), SENT);
    reconciler.usage(usage("x", 1), SENT);

    var found = reconciler.compare(UNSETTLED);

    assertThat(found.differences()).isEmpty();
    assertThat(found.openAccounts()).isOne();
  }

  @Test
  void shouldNotJudgeAnAccountWhoseHourBeganBeforeTheRange() {
    whole(reconciler, "x");
    reconciler.totals(totals("x", 5, 99));

    var found =
        reconciler.compare(new Terms(LATER, true, Instant.MIN, NOON.plus(Duration.ofMinutes(1))));

    assertThat(found.differences()).isEmpty();
    assertThat(found.accounts()).isZero();
  }

  @Test
  void shouldIgnoreAnswersOfRequestsBeforeTheRange() {
    tokens(reconciler, "x", 1, 4, "stop", 1);
    books(reconciler, "x", 1);

    var found = reconciler.compare(new Terms(LATER, false, NOON, NOON));

    assertThat(found.differences()).isEmpty();
    assertThat(found.requests()).isZero();
  }

  @Test
  void shouldCompareResultAndBillWhenTheLogHasLostTheTokens() {
    request(reconciler, "same", 0);
    tokens(reconciler, "same", 1, 1, "stop", 2);
    books(reconciler, "same", 1, 2);
    request(reconciler, "other", 1);
    reconciler.result(result("other", 1, 2), SENT);
    bill(reconciler, "other", 3);

    var found = reconciler.compare(new Terms(LATER, true, LATER, Instant.MIN));

    assertThat(found.byKind()).containsOnlyKeys(DifferenceKind.RESULT_AND_USAGE_DIFFER);
    assertThat(found.differences().get(0).subject()).isEqualTo("shop/other");
    assertThat(found.withoutTokens()).isEqualTo(2);
  }

  @Test
  void shouldReadTheStreamAsAReaderDoesWhenWritersFollowEachOther() {
    request(reconciler, "x", 0);
    tokens(reconciler, "x", 1, 0, null, 1, 2, 3);
    tokens(reconciler, "x", 2, 1, null, 2, 3, 4);
    tokens(reconciler, "x", 1, 3, null, 99);
    tokens(reconciler, "x", 2, 4, "stop", 5);
    tokens(reconciler, "x", 3, 0, "stop", 8);
    books(reconciler, "x", 1, 2, 3, 4, 5);

    assertThat(reconciler.compare(WHOLE).differences()).isEmpty();
  }

  @Test
  void shouldForgetWhatWasReadWhenTheStreamStartsOver() {
    request(reconciler, "x", 0);
    tokens(reconciler, "x", 1, 0, null, 1, 2);
    reconciler.tokens(
        TokenChunk.newBuilder(chunk("x", 2, 0, null)).setKind(ChunkKind.RESET).build(), SENT);
    tokens(reconciler, "x", 2, 0, "stop", 7, 8);
    books(reconciler, "x", 7, 8);

    assertThat(reconciler.compare(WHOLE).differences()).isEmpty();
  }

  /** Whatever a log of equal tokens repeats, and in whatever portions, the stream is the same. */
  @Test
  void shouldFindNothingWhenWritersRepeatWhatTheirPredecessorsReleased() {
    for (int seed = 0; seed < 500; seed++) {
      var random = new Random(seed);
      var tokens = random.ints(1 + random.nextInt(40), 0, 5).boxed().toList();
      var reconciler = new Reconciler(1);
      request(reconciler, "x", 0);
      var released = 0;
      for (int incarnation = 1; released < tokens.size() || incarnation == 1; incarnation++) {
        var at = random.nextInt(released + 1);
        var steps = 1 + random.nextInt(6);
        while (at < tokens.size() && steps-- > 0) {
          var end = Math.min(tokens.size(), at + 1 + random.nextInt(4));
          var last = end == tokens.size() ? "stop" : null;
          tokens(
              reconciler,
              "x",
              incarnation,
              at,
              last,
              tokens.subList(at, end).toArray(Integer[]::new));
          at = end;
          released = Math.max(released, at);
        }
      }
      books(reconciler, "x", tokens.toArray(Integer[]::new));

      assertThat(reconciler.compare(WHOLE).differences()).as("seed %d", seed).isEmpty();
    }
  }

  /** One token changed anywhere in the result is noticed. */
  @Test
  void shouldFindADifferenceWhenAnyTokenOfTheResultIsAnother() {
    for (int seed = 0; seed < 500; seed++) {
      var random = new Random(seed);
      var tokens = random.ints(1 + random.nextInt(40), 0, 50_000).boxed().toArray(Integer[]::new);
      var reconciler = new Reconciler(1);
      request(reconciler, "x", 0);
      tokens(reconciler, "x", 1, 0, "stop", tokens);
      var changed = tokens.clone();
      changed[random.nextInt(tokens.length)] += 1 + random.nextInt(1000);
      books(reconciler, "x", changed);

      assertThat(reconciler.compare(WHOLE).byKind())
          .as("seed %d", seed)
          .containsOnlyKeys(DifferenceKind.RESULT_TOKENS_DIFFER);
    }
  }

  @Test
  void shouldRefuseMoreThanFitsIntoMemory() {
    var small = new Reconciler(1);
    request(small, "one", 0);

    assertThatThrownBy(() -> request(small, "two", 1))
        .isInstanceOf(WeirException.class)
        .hasMessageContaining("--since");
  }

  private static Arguments fault(DifferenceKind kind, Consumer<Reconciler> fault) {
    return Arguments.of(kind, fault);
  }

  /** A request with everything that it must leave. Its record stands at offset 0. */
  private static void whole(Reconciler reconciler, String id) {
    var offset = id.equals("sound") ? 1000 : id.equals("two") ? 2 : 0;
    request(reconciler, id, offset);
    tokens(reconciler, id, 1, 0, "stop", 1, 2);
    books(reconciler, id, 1, 2);
  }

  private static void request(Reconciler reconciler, String id, long offset) {
    reconciler.request(
        source(offset),
        InferenceRequest.newBuilder()
            .setRequestId(id)
            .setTenant("shop")
            .setModel("m")
            .setSampling(SamplingParams.newBuilder().build())
            .build(),
        SENT);
  }

  private static void tokens(
      Reconciler reconciler,
      String id,
      long incarnation,
      int first,
      String finish,
      Integer... tokens) {
    reconciler.tokens(chunk(id, incarnation, first, finish, tokens), SENT);
  }

  private static void books(Reconciler reconciler, String id, Integer... tokens) {
    reconciler.result(result(id, tokens), SENT);
    bill(reconciler, id, tokens.length);
  }

  /** A usage record that the ledger has added up. Each id has a model of its own. */
  private static void bill(Reconciler reconciler, String id, int tokens) {
    reconciler.usage(usage(id, tokens), SENT);
    reconciler.totals(totals(id, 1, tokens));
  }

  private static void refuse(Reconciler reconciler, long offset) {
    reconciler.deadLetter(
        DeadLetter.newBuilder()
            .setSourceTopic(Topics.REQUESTS.name())
            .setSourcePartition(0)
            .setSourceOffset(offset)
            .setCode("duplicate_request_id")
            .setMessage("")
            .setKey(ByteBuffer.wrap(new byte[0]))
            .build());
  }

  private static Source source(long offset) {
    return new Source(Topics.REQUESTS.name(), 0, offset);
  }

  private static TokenChunk chunk(
      String id, long incarnation, int first, String finish, Integer... tokens) {
    return TokenChunk.newBuilder()
        .setRequestId(id)
        .setTenant("shop")
        .setIncarnation(incarnation)
        .setFirstIndex(first)
        .setTokenIds(new ArrayList<>(List.of(tokens)))
        .setFinishReason(finish)
        .build();
  }

  private static InferenceResult result(String id, Integer... tokens) {
    return InferenceResult.newBuilder()
        .setRequestId(id)
        .setTenant("shop")
        .setStatus(ResultStatus.COMPLETED)
        .setTokenIds(List.of(tokens))
        .setUsage(new TokenUsage())
        .setTimings(new Timings())
        .build();
  }

  private static UsageRecord usage(String id, int tokens) {
    return UsageRecord.newBuilder()
        .setRequestId(id)
        .setTenant("shop")
        .setModel("model-of-" + id)
        .setStatus(ResultStatus.COMPLETED)
        .setUsage(TokenUsage.newBuilder().setPromptTokens(7).setCompletionTokens(tokens).build())
        .setFinishedAtMs(SENT)
        .build();
  }

  private static UsageTotals totals(String id, int requests, int tokens) {
    return UsageTotals.newBuilder()
        .setTenant("shop")
        .setModel("model-of-" + id)
        .setLane(Lane.ONLINE)
        .setHourStartMs(SENT)
        .setRequests(requests)
        .setCompleted(requests)
        .setPromptTokens(7L * requests)
        .setCompletionTokens(tokens)
        .build();
  }
}
