package io.streamweir.engine;

import static io.streamweir.engine.Requests.expiring;
import static io.streamweir.engine.Requests.offline;
import static io.streamweir.engine.Requests.online;
import static io.streamweir.engine.Requests.resumed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What any engine owes its driver. A subclass says how to open one on some small model. */
public abstract class EngineContractTest {
  protected static final int CONTEXT = 256;
  private static final int PROMPT = 12;

  private final ManualClock clock = new ManualClock();
  private final RecordingListener listener = new RecordingListener();
  private InferenceEngine engine;

  /** Opens an engine on a small model with the given limits; the directory is to be replaced. */
  protected abstract InferenceEngine open(EngineConfig limits, ManualClock clock) throws Exception;

  /** Token ids are below this. */
  protected abstract int vocabSize();

  @BeforeEach
  void start() throws Exception {
    EngineConfig limits =
        EngineConfig.forCpu(Path.of("."), 1)
            .withLimits(CONTEXT, 8, 64)
            .withKvCache(4 << 20, 16)
            .withOfflineShare(3, 16);
    engine = open(limits, clock);
    engine.start(listener);
  }

  @AfterEach
  void stop() {
    listener.releaseSteps();
    engine.close();
    listener.assertClean();
  }

  private int[] prompt(int seed) {
    return prompt(seed, PROMPT);
  }

  private int[] prompt(int seed, int length) {
    return new Random(seed).ints(length, 0, vocabSize()).toArray();
  }

  private static SamplingParams tokens(int count) {
    return new SamplingParams(count, 0, 1, 0, 0, List.of(), Set.of(), true);
  }

  private static SamplingParams sampled(int count, long seed) {
    return new SamplingParams(count, 1.5, 0.95, 40, seed, List.of(), Set.of(), true);
  }

  private int[] alone(EngineRequest request) {
    engine.submit(request);
    listener.awaitFinish(request.sequenceId());
    return listener.tokens(request.sequenceId());
  }

  private void awaitIdle() {
    assertThat(engine.statistics().running()).isZero();
    assertThat(engine.statistics().kvBlocksUsed()).isZero();
    assertThat(engine.statistics().onlineWaiting()).isZero();
    assertThat(engine.statistics().offlineWaiting()).isZero();
  }

  private SequenceOutput errorOf(EngineRequest request) {
    engine.submit(request);
    return listener.awaitFinish(request.sequenceId());
  }

  @Test
  void shouldFinishEverySequenceOnceWhenManyRunAtTheSameTime() {
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      String id = "s" + i;
      ids.add(id);
      int[] prompt = prompt(i, 1 + i * 5);
      engine.submit(i % 3 == 0 ? online(id, prompt, tokens(9)) : offline(id, prompt, tokens(9)));
    }
    for (String id : ids) {
      SequenceOutput finish = listener.awaitFinish(id);
      assertThat(finish.finishReason()).isEqualTo(FinishReason.LENGTH);
      assertThat(listener.finishes(id)).hasSize(1);
      assertThat(listener.tokens(id)).hasSize(9);
      assertThat(listener.of(id).get(0).firstIndex()).isZero();
    }
    awaitIdle();
  }

  @Test
  void shouldSayTheSameWhenItHasBatchMates() {
    int[] greedy = alone(online("greedy", prompt(1), tokens(40)));
    int[] sampled = alone(online("sampled", prompt(1), sampled(40, 77)));
    for (int i = 0; i < 14; i++) {
      engine.submit(offline("mate" + i, prompt(100 + i, 3 + 7 * i), sampled(25 + i, i)));
    }
    engine.submit(online("greedy-2", prompt(1), tokens(40)));
    engine.submit(online("sampled-2", prompt(1), sampled(40, 77)));
    listener.awaitFinish("greedy-2");
    listener.awaitFinish("sampled-2");
    assertThat(listener.tokens("greedy-2")).isEqualTo(greedy);
    assertThat(listener.tokens("sampled-2")).isEqualTo(sampled);
    assertThat(sampled).isNotEqualTo(greedy);
  }

  @Test
  void shouldGoOnWhereItStoodWhenResumed() {
    for (SamplingParams sampling : List.of(tokens(30), sampled(30, 5))) {
      String id = "whole-" + sampling.temperature();
      int[] whole = alone(online(id, prompt(2), sampling));
      for (int k : new int[] {1, 7, 29}) {
        EngineRequest request = online(id + "-" + k, prompt(2), sampling);
        int[] rest = alone(resumed(request, Arrays.copyOf(whole, k)));
        assertThat(listener.of(id + "-" + k).get(0).firstIndex()).isEqualTo(k);
        assertThat(rest).isEqualTo(Arrays.copyOfRange(whole, k, 30));
        assertThat(textOfFirst(id, k) + listener.text(id + "-" + k)).isEqualTo(listener.text(id));
      }
    }
  }

  @Test
  void shouldGoOnWhereItStoodWhenEverythingThatDependsOnTheTokensIsSet() {
    SamplingParams sampling =
        SamplingParams.builder(30)
            .temperature(1.2)
            .minP(0.01)
            .seed(8)
            .ignoreEos(true)
            .repetitionPenalty(1.3)
            .frequencyPenalty(0.7)
            .presencePenalty(0.4)
            .logitBias(Map.of(3, 2f))
            .topLogprobs(2)
            .build();
    EngineRequest request =
        online("strict", prompt(2), sampling).withMask(() -> new AlternatingMask(vocabSize()));
    int[] whole = alone(request);
    for (int i = 0; i < whole.length; i++) {
      assertThat(whole[i] % 2).isEqualTo(i % 2);
    }
    for (int k : new int[] {1, 8, 29}) {
      String id = "strict-" + k;
      EngineRequest again = online(id, prompt(2), sampling).withMask(request.mask());
      int[] rest = alone(resumed(again, Arrays.copyOf(whole, k)));
      assertThat(rest).isEqualTo(Arrays.copyOfRange(whole, k, 30));
      TokenLogprobs first = listener.of(id).get(0).logprobs().get(0);
      TokenLogprobs then = listener.of("strict").get(k).logprobs().get(0);
      assertThat(first.chosen()).isCloseTo(then.chosen(), within(1e-3f));
      assertThat(first.topTokenIds()).isEqualTo(then.topTokenIds()).hasSize(2);
    }
    assertThat(alone(online("plain", prompt(2), sampling))).isNotEqualTo(whole);
  }

  /** Even and odd token ids by turns. */
  private static final class AlternatingMask implements TokenMask {
    private final int vocabSize;
    private int next;

    AlternatingMask(int vocabSize) {
      this.vocabSize = vocabSize;
    }

    @Override
    public void apply(long[] allowed) {
      for (int token = 1 - next; token < vocabSize; token += 2) {
        allowed[token >> 6] &= ~(1L << token);
      }
    }

    @Override
    public void accept(int token) {
      if (token % 2 != next) {
        throw new IllegalStateException("The token " + token + " was not allowed");
      }
      next = 1 - next;
    }
  }

  @Test
  void shouldSayTheSameInFewerStepsWhenTokensAreForced() {
    SamplingParamsBuilder greedy = SamplingParams.builder(28).ignoreEos(true);
    int[] free = alone(forced("free", greedy.build(), false));
    SamplingParams penalized =
        SamplingParams.builder(28).temperature(1.3).seed(9).repetitionPenalty(1.2).build();
    List<SamplingParams> all =
        List.of(
            greedy.build(),
            penalized,
            SamplingParams.builder(28).minTokens(28).stopTokenIds(Set.of(free[7])).build(),
            SamplingParams.builder(28).stopTokenIds(Set.of(free[7])).build());
    for (int i = 0; i < all.size(); i++) {
      String each = "each-" + i;
      String few = "few-" + i;
      int[] tokens = alone(forced(each, all.get(i), false));
      assertThat(alone(forced(few, all.get(i), true))).isEqualTo(tokens);
      assertThat(listener.text(few)).isEqualTo(listener.text(each));
      assertThat(listener.finishes(few).get(0).finishReason())
          .isEqualTo(listener.finishes(each).get(0).finishReason());
      assertThat(listener.of(each)).hasSize(tokens.length);
      assertThat(listener.of(few)).hasSize((tokens.length + 4) / 5);
      for (int k = 1; k < tokens.length; k += 3) {
        EngineRequest again = forced(few + "-" + k, all.get(i), true);
        int[] rest = alone(resumed(again, Arrays.copyOf(tokens, k)));
        assertThat(rest).isEqualTo(Arrays.copyOfRange(tokens, k, tokens.length));
      }
    }
  }

  @Test
  void shouldStopWithinForcedTokensWhenTheyCompleteAStopString() {
    SamplingParamsBuilder free = SamplingParams.builder(20).ignoreEos(true);
    alone(forced("free", free.build(), true));
    String text = listener.text("free");
    String stop =
        text.chars()
            .filter(c -> c < 128)
            .mapToObj(Character::toString)
            .max(Comparator.comparingInt(text::indexOf))
            .orElseThrow();
    SamplingParams stopping = free.stopStrings(List.of(stop)).build();
    int[] tokens = alone(forced("each", stopping, false));
    assertThat(alone(forced("few", stopping, true))).isEqualTo(tokens);
    assertThat(listener.finishes("few").get(0).finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(listener.text("few"))
        .isEqualTo(listener.text("each"))
        .isEqualTo(text.substring(0, text.indexOf(stop)));
  }

  @Test
  void shouldSampleEveryTokenWhenLogprobsAreWanted() {
    SamplingParams sampling = SamplingParams.builder(20).ignoreEos(true).topLogprobs(2).build();
    int[] tokens = alone(forced("each", sampling, false));
    assertThat(alone(forced("few", sampling, true))).isEqualTo(tokens).hasSize(20);
    for (int i = 0; i < 20; i++) {
      TokenLogprobs one = listener.of("each").get(i).logprobs().get(0);
      TokenLogprobs other = listener.of("few").get(i).logprobs().get(0);
      assertThat(other.chosen()).isEqualTo(one.chosen());
      assertThat(other.topTokenIds()).isEqualTo(one.topTokenIds());
    }
  }

  /** Whatever is the first to throw: telling the next token, or taking it. */
  @Test
  void shouldReleaseTheTokensBeforeWhenTheMaskThrowsWithinForcedTokens() {
    SamplingParams sampling = SamplingParams.builder(20).ignoreEos(true).build();
    int[] whole = alone(forced("whole", sampling, true));
    for (boolean telling : new boolean[] {true, false}) {
      String id = telling ? "telling" : "taking";
      SequenceOutput finish =
          errorOf(
              online(id, prompt(2), sampling)
                  .withMask(() -> new BreakingMask(vocabSize(), telling, 8)));
      assertThat(finish.error().code()).isEqualTo("engine_internal_error");
      assertThat(finish.error().message()).contains("out of order at 8");
      assertThat(finish.firstIndex()).isEqualTo(5);
      assertThat(listener.tokens(id)).isEqualTo(Arrays.copyOf(whole, 8));
      assertThat(listener.text(id)).isEqualTo(textOfFirst("whole", 5) + finish.text());
    }
    assertThat(alone(forced("after", sampling, true))).isEqualTo(whole);
  }

  /** Throws at a token within forced ones. */
  private static final class BreakingMask extends ForcingMask {
    private final boolean telling;
    private final int at;

    BreakingMask(int vocabSize, boolean telling, int at) {
      super(vocabSize, true);
      this.telling = telling;
      this.at = at;
    }

    @Override
    public OptionalInt only() {
      requireOrder(telling);
      return super.only();
    }

    @Override
    public void accept(int token) {
      requireOrder(!telling);
      super.accept(token);
    }

    private void requireOrder(boolean here) {
      if (here && count() == at) {
        throw new IllegalStateException("out of order at " + at);
      }
    }
  }

  private EngineRequest forced(String id, SamplingParams sampling, boolean tells) {
    return online(id, prompt(2), sampling).withMask(() -> new ForcingMask(vocabSize(), tells));
  }

  /** Leaves every fifth token to the model; the others follow from those before. */
  private static class ForcingMask implements TokenMask {
    private final int vocabSize;
    private final boolean tells;
    private int count;
    private int last;

    /**
     * @param tells whether it says so beforehand
     */
    ForcingMask(int vocabSize, boolean tells) {
      this.vocabSize = vocabSize;
      this.tells = tells;
    }

    final int count() {
      return count;
    }

    private OptionalInt next() {
      return count % 5 == 0 ? OptionalInt.empty() : OptionalInt.of((last * 31 + count) % vocabSize);
    }

    @Override
    public OptionalInt only() {
      return tells ? next() : OptionalInt.empty();
    }

    @Override
    public void apply(long[] allowed) {
      if (next().isPresent()) {
        Arrays.fill(allowed, 0);
        allowed[next().getAsInt() >> 6] = 1L << next().getAsInt();
      }
    }

    @Override
    public void accept(int token) {
      assertThat(next().orElse(token)).isEqualTo(token);
      count++;
      last = token;
    }
  }

  @Test
  void shouldFailAloneWhenTheMaskAllowsNothingOrThrows() {
    engine.submit(online("good", prompt(10), tokens(20)));
    EngineRequest none = online("none", prompt(1), tokens(5)).withMask(DeadEnd::new);
    assertThat(errorOf(none).error().code()).isEqualTo("no_token_allowed");
    EngineRequest throwing =
        resumed(online("throwing", prompt(1), tokens(5)).withMask(DeadEnd::new), 1);
    assertThat(errorOf(throwing).error().code()).isEqualTo("engine_internal_error");
    assertThat(listener.awaitFinish("good").finishReason()).isEqualTo(FinishReason.LENGTH);
  }

  private static final class DeadEnd implements TokenMask {
    @Override
    public void apply(long[] allowed) {
      Arrays.fill(allowed, 0);
    }

    @Override
    public void accept(int token) {
      throw new IllegalStateException("The token " + token + " was not allowed");
    }
  }

  private String textOfFirst(String id, int count) {
    StringBuilder text = new StringBuilder();
    listener.of(id).stream()
        .filter(output -> output.firstIndex() + output.tokenIds().length <= count)
        .forEach(output -> text.append(output.text()));
    return text.toString();
  }

  @Test
  void shouldFinishAtOnceWhenNothingIsLeftToGenerate() {
    int[] whole = alone(online("whole", prompt(2), tokens(5)));
    assertThat(alone(resumed(online("again", prompt(2), tokens(5)), whole))).isEmpty();
    SequenceOutput finish = listener.finishes("again").get(0);
    assertThat(finish.finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(finish.firstIndex()).isEqualTo(5);
  }

  @Test
  void shouldEndBeforeTheStopStringWhenTheTextHasOne() {
    alone(online("free", prompt(3), tokens(60)));
    String text = listener.text("free");
    int at = 5;
    while (text.charAt(at) >= 128) {
      at++;
    }
    String stop = text.substring(at, at + 1);
    SamplingParams stopping =
        new SamplingParams(60, 0, 1, 0, 0, List.of("never seen", stop), Set.of(), true);
    int[] tokens = alone(online("stopped", prompt(3), stopping));
    assertThat(listener.finishes("stopped").get(0).finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(listener.text("stopped")).isEqualTo(text.substring(0, text.indexOf(stop)));
    assertThat(tokens).isNotEmpty().hasSizeLessThan(60);
  }

  @Test
  void shouldCountTheStopTokenAndReleaseNoTextOfItWhenOneIsSampled() {
    int[] free = alone(online("free", prompt(4), tokens(30)));
    int stop = free[6];
    int first = Arrays.stream(free).boxed().toList().indexOf(stop);
    SamplingParams stopping = new SamplingParams(30, 0, 1, 0, 0, List.of(), Set.of(stop), true);
    int[] tokens = alone(online("stopped", prompt(4), stopping));
    assertThat(tokens).isEqualTo(Arrays.copyOf(free, first + 1));
    SequenceOutput finish = listener.finishes("stopped").get(0);
    assertThat(finish.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(alone(resumed(online("after", prompt(4), stopping), tokens))).isEmpty();
    assertThat(listener.finishes("after").get(0).finishReason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void shouldEndForItsLengthWhenTheContextIsFull() {
    int[] tokens = alone(online("long", prompt(5, CONTEXT - 10), tokens(500)));
    assertThat(tokens).hasSize(10);
    assertThat(listener.finishes("long").get(0).finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(engine.capabilities().maxModelLen()).isEqualTo(CONTEXT);
  }

  @Test
  void shouldCancelWithinAStepWhenTheSequenceRuns() {
    Semaphore gate = listener.holdSteps();
    engine.submit(online("cancelled", prompt(6), tokens(200)));
    engine.submit(online("stays", prompt(7), tokens(200)));
    gate.release(3);
    listener.awaitTokens("cancelled", 1);
    engine.cancel("cancelled", FinishReason.CANCELLED);
    listener.releaseSteps();
    SequenceOutput finish = listener.awaitFinish("cancelled");
    assertThat(finish.finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(listener.tokens("cancelled").length).isLessThanOrEqualTo(4);
    listener.awaitFinish("stays");
    assertThat(listener.tokens("stays")).hasSize(200);
    awaitIdle();
  }

  @Test
  void shouldCancelWhenTheSequenceWasInNoStepYet() {
    Semaphore gate = listener.holdSteps();
    engine.submit(online("running", prompt(6), tokens(20)));
    gate.release(1);
    listener.awaitTokens("running", 1);
    engine.submit(online("never", prompt(6), tokens(20)));
    engine.cancel("never", FinishReason.CANCELLED);
    listener.releaseSteps();
    assertThat(listener.awaitFinish("never").finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(listener.tokens("never")).isEmpty();
    listener.awaitFinish("running");
  }

  @Test
  void shouldIgnoreACancelWhenTheSequenceIsOverOrUnknown() {
    alone(online("over", prompt(6), tokens(3)));
    engine.cancel("over", FinishReason.CANCELLED);
    engine.cancel("unknown", FinishReason.EXPIRED);
    alone(online("next", prompt(6), tokens(3)));
    assertThat(listener.finishes("over")).hasSize(1);
    assertThat(listener.of("unknown")).isEmpty();
  }

  @Test
  void shouldExpireWhenTheDeadlinePasses() {
    Semaphore gate = listener.holdSteps();
    long deadline = clock.millis() + 1_000;
    engine.submit(expiring(online("late", prompt(8), tokens(200)), deadline));
    engine.submit(expiring(offline("in time", prompt(9), tokens(20)), deadline + 1_000));
    gate.release(3);
    listener.awaitTokens("late", 1);
    clock.advance(Duration.ofSeconds(1));
    listener.releaseSteps();
    assertThat(listener.awaitFinish("late").finishReason()).isEqualTo(FinishReason.EXPIRED);
    assertThat(listener.tokens("late").length).isBetween(1, 6);
    assertThat(listener.awaitFinish("in time").finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(alone(expiring(online("dead", prompt(8), tokens(5)), deadline))).isEmpty();
    assertThat(listener.finishes("dead").get(0).finishReason()).isEqualTo(FinishReason.EXPIRED);
  }

  @Test
  void shouldRefuseOnlyTheBadRequestWhenNeighboursRun() {
    engine.submit(online("good", prompt(10), tokens(50)));
    assertThat(errorOf(online("empty", new int[0], tokens(5))).error().code())
        .isEqualTo("empty_prompt");
    assertThat(errorOf(online("long", prompt(1, CONTEXT), tokens(5))).error().code())
        .isEqualTo("context_length_exceeded");
    assertThat(errorOf(online("foreign", new int[] {1, vocabSize()}, tokens(5))).error().code())
        .isEqualTo("invalid_token_id");
    assertThat(errorOf(online("negative", new int[] {-1}, tokens(5))).error().code())
        .isEqualTo("invalid_token_id");
    assertThat(errorOf(online("none", prompt(1), tokens(0))).error().code())
        .isEqualTo("invalid_sampling");
    for (SamplingParamsBuilder bad :
        List.of(
            SamplingParams.builder(5).minP(1.5),
            SamplingParams.builder(5).minTokens(6),
            SamplingParams.builder(5).presencePenalty(Double.NaN),
            SamplingParams.builder(5).frequencyPenalty(3),
            SamplingParams.builder(5).repetitionPenalty(0),
            SamplingParams.builder(5).logitBias(Map.of(vocabSize(), 1f)),
            SamplingParams.builder(5).logitBias(Map.of(1, 101f)),
            SamplingParams.builder(5).topLogprobs(21))) {
      SamplingParams params = bad.build();
      assertThat(errorOf(online(params.toString(), prompt(1), params)).error().code())
          .isEqualTo("invalid_sampling");
    }
    SamplingParams emptyStop = new SamplingParams(5, 0, 1, 0, 0, List.of(""), Set.of(), false);
    assertThat(errorOf(online("stop", prompt(1), emptyStop)).error().code())
        .isEqualTo("invalid_sampling");
    assertThat(listener.awaitFinish("good").finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(listener.tokens("good")).hasSize(50);
  }

  @Test
  void shouldRefuseTheSecondWhenAnIdIsInFlight() {
    Semaphore gate = listener.holdSteps();
    engine.submit(online("twin", prompt(11), tokens(20)));
    gate.release(2);
    listener.awaitTokens("twin", 1);
    engine.submit(online("twin", prompt(12), tokens(20)));
    listener.releaseSteps();
    assertThat(listener.awaitFinish("twin").finishReason()).isEqualTo(FinishReason.LENGTH);
    assertThat(listener.tokens("twin")).hasSize(20);
    assertThat(listener.refusedTwins()).singleElement().matches(SequenceOutput::finished);
  }

  @Test
  void shouldTakeAnOnlineArrivalIntoTheNextStepWhenOfflineIsSaturated() {
    Semaphore gate = listener.holdSteps();
    for (int i = 0; i < 30; i++) {
      engine.submit(offline("bulk" + i, prompt(i, 60), tokens(100)));
    }
    gate.release(6);
    listener.await(() -> listener.steps().size() == 6, "six steps are done");
    engine.submit(online("urgent", prompt(20), tokens(3)));
    // The seventh step was under way; the arrival is in the eighth.
    gate.release(2);
    listener.awaitTokens("urgent", 1);
    assertThat(listener.steps().size()).isLessThanOrEqualTo(8);
    assertThat(engine.statistics().offlineRoom()).isZero();
  }

  @Test
  void shouldWaitForTheListenerWhenItIsSlow() {
    Semaphore gate = listener.holdSteps();
    engine.submit(online("held", prompt(13), tokens(50)));
    gate.release(4);
    listener.await(() -> listener.steps().size() == 4, "four steps are done");
    assertThat(engine.statistics().steps()).isLessThanOrEqualTo(5);
    listener.releaseSteps();
    listener.awaitFinish("held");
  }

  @Test
  void shouldOfferOfflineRoomWhenIdle() {
    alone(online("warm", prompt(14), tokens(2)));
    int room = engine.statistics().offlineRoom();
    assertThat(room).isBetween(1, engine.capabilities().maxRunning());
  }

  @Test
  void shouldCloseWithinBoundsWhenSequencesAreInFlight() {
    Semaphore gate = listener.holdSteps();
    engine.submit(online("orphan", prompt(15), tokens(200)));
    engine.submit(offline("waiting", prompt(16), tokens(200)));
    gate.release(3);
    listener.awaitTokens("orphan", 1);
    engine.close();
    int seen = listener.steps().size();
    listener.releaseSteps();
    engine.close();
    assertThat(listener.finishes("orphan")).isEmpty();
    assertThat(listener.steps()).hasSize(seen);
    assertThatThrownBy(() -> engine.submit(online("too late", prompt(1), tokens(1))))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> engine.start(listener)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldCloseWhenItWasNeverStarted() throws Exception {
    EngineConfig limits = EngineConfig.forCpu(Path.of("."), 1).withKvCache(4 << 20, 16);
    InferenceEngine unused = open(limits, clock);
    assertThatThrownBy(() -> unused.submit(online("early", prompt(1), tokens(1))))
        .isInstanceOf(IllegalStateException.class);
    assertThatCode(unused::close).doesNotThrowAnyException();
    assertThatCode(unused::close).doesNotThrowAnyException();
  }
}
