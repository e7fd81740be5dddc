package io.streamweir.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.Timings;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.UsageRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

class CountsTest {

  private static final int TOKENS = 2;

  @Test
  void shouldMatchWhenEveryRequestHasOneOfEach() {
    var counts = Counts.of(1, 1, List.of(whole(), whole()), 0);

    assertThat(counts.mismatches()).isEmpty();
    assertThat(counts.loggedTokens()).isEqualTo(2 * TOKENS);
  }

  @Test
  void shouldCountATokenOnceWhenTheLogRepeatsIt() {
    var tally = whole();
    tally.add(chunk(0, null, 1, 2));

    assertThat(Counts.of(1, 0, List.of(tally), 0).mismatches()).isEmpty();
  }

  @Test
  void shouldTellWhenARequestHasTwoResults() {
    var tally = whole();
    tally.add(result(ResultStatus.COMPLETED));

    assertThat(Counts.of(1, 0, List.of(tally), 0).mismatches())
        .containsExactly("some requests have more than one result");
  }

  @Test
  void shouldTellBothWhenOneRequestHasTwoResultsAndAnotherNone() {
    var twice = whole();
    twice.add(result(ResultStatus.COMPLETED));
    var none = new RequestTally();
    none.add(usage(TOKENS));
    none.add(chunk(0, "stop", 1, 2));

    assertThat(Counts.of(2, 0, List.of(twice, none), 0).mismatches())
        .contains("1 requests have no result", "some requests have more than one result");
  }

  @Test
  void shouldTellWhenARequestIsBilledTwice() {
    var tally = whole();
    tally.add(usage(0));

    assertThat(Counts.of(1, 0, List.of(tally), 0).mismatches())
        .containsExactly("some requests have more than one usage record");
  }

  @Test
  void shouldTellWhenTheBillDiffersFromTheLog() {
    var tally = new RequestTally();
    tally.add(result(ResultStatus.COMPLETED));
    tally.add(usage(TOKENS + 1));
    tally.add(chunk(0, "stop", 1, 2));

    assertThat(Counts.of(1, 0, List.of(tally), 0).mismatches()).hasSize(1);
  }

  @Test
  void shouldTellWhenTheStreamHasAGap() {
    var tally = new RequestTally();
    tally.add(result(ResultStatus.COMPLETED));
    tally.add(usage(0));
    tally.add(chunk(1, "stop", 2));

    assertThat(Counts.of(1, 0, List.of(tally), 0).mismatches()).hasSize(1);
  }

  @Test
  void shouldTellWhenARequestWasSentAndNothingCame() {
    assertThat(Counts.of(1, 0, List.of(), 0).mismatches())
        .containsExactly(
            "1 requests have no result",
            "1 requests have no usage record",
            "1 requests did not complete");
  }

  @Test
  void shouldTellWhenAResultIsAnErrorOrThereAreDeadLetters() {
    var tally = new RequestTally();
    tally.add(result(ResultStatus.ERROR));
    tally.add(usage(0));
    tally.add(chunk(0, "error"));

    assertThat(Counts.of(1, 0, List.of(tally), 3).mismatches())
        .containsExactly("1 requests did not complete", "3 dead letters");
  }

  private static RequestTally whole() {
    var tally = new RequestTally();
    tally.add(result(ResultStatus.COMPLETED));
    tally.add(usage(TOKENS));
    tally.add(chunk(0, "stop", 1, 2));
    return tally;
  }

  private static InferenceResult result(ResultStatus status) {
    return InferenceResult.newBuilder()
        .setRequestId("r")
        .setStatus(status)
        .setUsage(new TokenUsage())
        .setTimings(new Timings())
        .build();
  }

  private static UsageRecord usage(int tokens) {
    return UsageRecord.newBuilder()
        .setRequestId("r")
        .setStatus(ResultStatus.COMPLETED)
        .setUsage(TokenUsage.newBuilder().setCompletionTokens(tokens).build())
        .build();
  }

  private static TokenChunk chunk(int first, String finishReason, Integer... tokens) {
    return TokenChunk.newBuilder()
        .setRequestId("r")
        .setFirstIndex(first)
        .setTokenIds(List.of(tokens))
        .setFinishReason(finishReason)
        .build();
  }
}
