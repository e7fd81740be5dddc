package io.streamweir.engine.core;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineError;
import io.streamweir.engine.EngineListener;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.EngineStatistics;
import io.streamweir.engine.EngineStatistics.StepPrediction;
import io.streamweir.engine.EngineStatistics.StepWork;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.Lane;
import io.streamweir.engine.StepResult;
import io.streamweir.engine.core.ScheduledStep.Chunk;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of the engine's thread: take commands, schedule, run, postprocess, tell the listener.
 *
 * <p>What concerns one sequence (a bad request, a row of NaN, text that does not decode) ends that
 * sequence. After a step that threw, {@link Recovery} says what to do; an engine that it gives up
 * leaves {@link #run} by an exception.
 */
final class StepLoop {
  private static final Logger LOG = LoggerFactory.getLogger(StepLoop.class);

  private final ModelFacts facts;
  private final ModelRunner runner;
  private final InstantSource clock;
  private final Inbox inbox;
  private final BlockManager blocks;
  private final StepTimePredictor predictor = new StepTimePredictor();
  private final Scheduler scheduler;
  private final Intake intake;
  private final Continuation continuation;
  private final Recovery recovery;
  private final MasksAhead masks = new MasksAhead();
  private final Outputs outputs = new Outputs();
  private final Map<String, Sequence> inFlight = new HashMap<>();
  private final TreeSet<Sequence> deadlines =
      new TreeSet<>(
          Comparator.comparingLong((Sequence s) -> s.request().deadlineMillis())
              .thenComparing(Sequence.ARRIVAL));
  private long steps;
  private long generatedTokens;
  private long computedTokens;
  private long restarts;
  private int lastSequences;
  private int lastTokens;
  private long predictedMicros;
  private long lastModelMicros;
  private long lastStepMicros;
  private volatile EngineStatistics statistics;
  private volatile boolean stopped;

  StepLoop(
      EngineConfig config,
      ModelFacts facts,
      ModelRunner runner,
      TokenDecoder.Factory decoders,
      InstantSource clock,
      Inbox inbox) {
    this.facts = facts;
    this.runner = runner;
    this.clock = clock;
    this.inbox = inbox;
    blocks =
        new BlockManager(facts.kvBlocks(), config.blockSize(), config.policy().prefixCaching());
    scheduler = new Scheduler(SchedulerLimits.of(config), blocks, predictor);
    intake = new Intake(facts, config.blockSize(), decoders);
    recovery = new Recovery(config.policy().mostRestarts());
    continuation = new Continuation(facts);
    statistics = count();
  }

  int contextLength() {
    return intake.contextLength();
  }

  /** As of the last step; any thread. */
  EngineStatistics statistics() {
    return statistics;
  }

  /** Makes {@link #run} return after the step under way; any thread. */
  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }

  /**
   * Steps until stopped.
   *
   * @throws InterruptedException if the thread was interrupted, in the listener or while idle
   */
  void run(EngineListener listener) throws InterruptedException {
    try (masks) {
      runner.attach();
      step(listener);
    }
  }

  private void step(EngineListener listener) throws InterruptedException {
    while (!stopped) {
      takeCommands();
      statistics = count(); // what was taken in is no longer counted as submitted
      expire();
      ScheduledStep step =
          recovery.suspect() == null
              ? scheduler.schedule(clock.millis())
              : scheduler.scheduleAlone(recovery.suspect());
      if (!step.isEmpty()) {
        compute(step);
      } else if (outputs.isEmpty()) {
        requireNothingInFlight();
        inbox.await();
        continue;
      }
      statistics = count();
      listener.onStep(new StepResult(outputs.take(), statistics, nowMicros()));
    }
  }

  private void compute(ScheduledStep step) {
    StepLoad load = StepLoad.of(step);
    predictedMicros = Math.round(predictor.predict(load));
    long start = System.nanoTime();
    StepLogits logits;
    masks.begin(step);
    try {
      logits = runner.run(step);
    } catch (RuntimeException e) {
      masks.await();
      abandon(step, e);
      return;
    }
    lastModelMicros = microsSince(start);
    masks.await();
    recovery.succeeded(step);
    scheduler.advance(step);
    postprocess(step, logits);
    steps++;
    lastSequences = step.chunks().size();
    lastTokens = step.tokens();
    computedTokens += lastTokens;
    lastStepMicros = microsSince(start);
    predictor.observe(load, lastStepMicros);
    LOG.debug(
        "Step {}: {} sequences, {} tokens, {} us of {} us predicted",
        steps,
        lastSequences,
        lastTokens,
        lastStepMicros,
        predictedMicros);
  }

  private void abandon(ScheduledStep step, RuntimeException e) {
    List<Sequence> sequences = step.chunks().stream().map(Chunk::sequence).toList();
    if (e instanceof StepFailedException known && sequences.containsAll(known.culprits())) {
      failCulprits(step, known);
    } else {
      recover(step, e);
    }
  }

  private void failCulprits(ScheduledStep step, StepFailedException e) {
    LOG.warn("A step fails for {}; the others go on", e.culprits(), e);
    scheduler.abandon(step);
    for (Sequence culprit : e.culprits()) {
      failStep(culprit, e.getCause());
    }
  }

  /** Computes everything again from the tokens, less a sequence that is found to be to blame. */
  private void recover(ScheduledStep step, RuntimeException e) {
    Recovery.Verdict verdict = recovery.failed(step);
    if (stopped || verdict == Recovery.Verdict.GIVE_UP) {
      throw e;
    }
    LOG.warn(
        "A step of {} sequences threw; the engine starts again from the tokens of {}",
        step.chunks().size(),
        inFlight.size(),
        e);
    restarts++;
    scheduler.restart();
    runner.recover();
    if (verdict == Recovery.Verdict.PROBE) {
      probe(e);
      Sequence culprit = step.chunks().get(0).sequence();
      recovery.blamed(culprit);
      failStep(culprit, e);
    }
  }

  /** Rethrows the failure if the engine cannot compute anything. */
  private void probe(RuntimeException failure) {
    try {
      StartUpCheck.run(runner, facts);
    } catch (RuntimeException e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
      throw failure;
    }
  }

  private void failStep(Sequence culprit, Throwable cause) {
    scheduler.discard(culprit);
    fail(
        culprit,
        culprit.generated(),
        "engine_step_error",
        "The engine cannot compute token "
            + culprit.length()
            + " of this sequence, though it computes others: "
            + cause
            + ". Send the request once more without what is special about it; if it fails again,"
            + " the engine has a defect.");
  }

  private void postprocess(ScheduledStep step, StepLogits logits) {
    int row = 0;
    for (Chunk chunk : step.chunks()) {
      if (chunk.samples()) {
        extend(chunk.sequence(), logits, row++);
      }
    }
  }

  private void extend(Sequence sequence, StepLogits logits, int row) {
    int index = sequence.generated();
    try {
      Continuation.Extension added = continuation.extend(sequence, logits, row);
      generatedTokens += added.tokens().length;
      if (added.reason() != null) {
        forget(sequence);
      }
      EngineError error = added.failure() == null ? null : couldNotGoOn(sequence, added.failure());
      outputs.tokens(sequence, index, added, error);
    } catch (Sampler.NumericException e) {
      LOG.warn("{} has no finite logits: {}", sequence, e.getMessage());
      scheduler.discard(sequence);
      fail(
          sequence,
          index,
          "engine_numeric_error",
          "The model produced no finite probabilities after token "
              + sequence.length()
              + " ("
              + e.getMessage()
              + "). The weights or the activations overflow; try another checkpoint or dtype.");
    } catch (LogitRow.NoTokenException e) {
      fail(
          sequence,
          index,
          "no_token_allowed",
          "No token may follow token "
              + sequence.length()
              + ": the request's mask, its logit_bias and its penalties exclude all of them. Does the"
              + " grammar fit the model's tokenizer?");
    } catch (RuntimeException e) {
      forget(sequence);
      outputs.error(sequence.id(), index, couldNotGoOn(sequence, e));
    }
  }

  private static EngineError couldNotGoOn(Sequence sequence, RuntimeException e) {
    LOG.warn("{} fails alone", sequence, e);
    return new EngineError("engine_internal_error", "The completion could not go on: " + e);
  }

  private void takeCommands() {
    for (Inbox.Command command = inbox.poll(); command != null; command = inbox.poll()) {
      if (command instanceof Inbox.Submit submit) {
        accept(submit.request());
      } else if (command instanceof Inbox.Cancel cancel) {
        Sequence sequence = inFlight.get(cancel.sequenceId());
        if (sequence != null) {
          end(sequence, cancel.reason());
        }
      }
    }
  }

  private void accept(EngineRequest request) {
    try {
      if (inFlight.containsKey(request.sequenceId())) {
        throw new Intake.RejectedException(
            "duplicate_sequence_id",
            "A sequence with the id " + request.sequenceId() + " is in flight; ids must differ.");
      }
      Sequence sequence = intake.accept(request, clock.millis());
      FinishReason over = continuation.over(sequence);
      if (over != null) {
        outputs.end(sequence, Continuation.heldBack(sequence), over);
        return;
      }
      inFlight.put(sequence.id(), sequence);
      scheduler.add(sequence);
      if (request.deadlineMillis() != Long.MAX_VALUE) {
        deadlines.add(sequence);
      }
    } catch (Intake.RejectedException e) {
      outputs.error(request.sequenceId(), request.generatedTokenIds().length, e.error());
    } catch (RuntimeException e) {
      LOG.warn("The request {} cannot be taken in", request.sequenceId(), e);
      outputs.error(
          request.sequenceId(),
          request.generatedTokenIds().length,
          new EngineError("engine_internal_error", "The request could not be taken in: " + e));
    }
  }

  private void expire() {
    long now = clock.millis();
    while (!deadlines.isEmpty() && deadlines.first().request().deadlineMillis() <= now) {
      end(deadlines.first(), FinishReason.EXPIRED);
    }
  }

  private void end(Sequence sequence, FinishReason reason) {
    forget(sequence);
    outputs.end(sequence, Continuation.heldBack(sequence), reason);
  }

  private void fail(Sequence sequence, int index, String code, String message) {
    forget(sequence);
    outputs.error(sequence.id(), index, new EngineError(code, message));
  }

  private void forget(Sequence sequence) {
    inFlight.remove(sequence.id());
    deadlines.remove(sequence);
    scheduler.remove(sequence);
    recovery.forget(sequence);
  }

  private void requireNothingInFlight() {
    if (!inFlight.isEmpty()) {
      throw new IllegalStateException(
          "The scheduler found no step for " + inFlight.size() + " sequences in flight");
    }
  }

  private EngineStatistics count() {
    return new EngineStatistics(
        scheduler.waiting(Lane.ONLINE),
        scheduler.waiting(Lane.OFFLINE),
        scheduler.running(),
        scheduler.offlineRoom(),
        blocks.used(),
        blocks.total(),
        steps,
        generatedTokens,
        scheduler.preemptions(),
        lastStepMicros,
        new StepWork(
            lastSequences,
            lastTokens,
            lastModelMicros,
            computedTokens,
            blocks.reusedTokens(),
            blocks.reusable(),
            blocks.evictions(),
            scheduler.promotions(),
            restarts),
        new StepPrediction(predictedMicros, predictor.meanError()),
        facts.reproducible());
  }

  private static long microsSince(long nanos) {
    return TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - nanos);
  }

  private long nowMicros() {
    Instant now = clock.instant();
    return ChronoUnit.MICROS.between(Instant.EPOCH, now);
  }
}
