package io.streamweir.inference.operator;

import io.streamweir.engine.FinishReason;
import io.streamweir.engine.SequenceOutput;
import io.streamweir.engine.StepResult;
import io.streamweir.engine.TokenMask;
import io.streamweir.inference.journal.Released;
import io.streamweir.inference.journal.TokenJournal;
import io.streamweir.inference.lanes.LaneRecord;
import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of requests in a replica, from the lane to the terminal records.
 *
 * <p>Whatever happens, a request that was taken is in the table until it ends, and it ends once:
 * every way out goes through {@link #end}. It is <em>held</em> while no engine has it: at first,
 * and again when its engine failed. All methods are for the task thread, and none waits.
 *
 * <p>A request that a predecessor of this replica may have had is first <em>claimed</em> from the
 * journal, and goes on after the last token that readers have seen, or ends as it did.
 *
 * <p>A request with a response format waits beside them while its mask is made.
 *
 * <p>A request that kills engines must not take its neighbours with it. One that saw two engines
 * fail is a suspect, and of those only one at a time is given to the engine; the engine that then
 * fails a third time under it has named the culprit.
 */
final class Replica implements EngineHost.Owner, TokenJournal.Owner {

  private static final Logger LOG = LoggerFactory.getLogger(Replica.class);
  private static final int SUSPECT_FAILURES = 2;
  private static final int POISON_FAILURES = 3;

  private final AvroCodec<DispatchedRequest> codec;
  private final EnginePort engine;
  private final JournalPort journal;
  private final Gates gates;
  private final ResponseWriter out;
  private final ChunkEmitter chunks;
  private final EarlyCancels earlyCancels;
  private final FinishedRequests finished;
  private final ReplicaCounters counters;
  private final InstantSource clock;
  private final InFlightTable table = new InFlightTable();
  private final Set<InFlight> held = new LinkedHashSet<>();
  private final Set<InFlight> constraining = new HashSet<>();
  private final Map<InFlight, TokenMask.Factory> masks = new HashMap<>();
  private final Set<InFlight> doubtful = new LinkedHashSet<>();
  private final Set<InFlight> claimed = new HashSet<>();
  private InFlight suspect;
  private boolean controlRead;
  private boolean journalRead;
  private volatile Load load;

  Replica(
      AvroCodec<DispatchedRequest> codec,
      EnginePort engine,
      JournalPort journal,
      Gates gates,
      ResponseWriter out,
      ChunkEmitter chunks,
      EarlyCancels earlyCancels,
      FinishedRequests finished,
      ReplicaCounters counters,
      InstantSource clock) {
    this.codec = codec;
    this.engine = engine;
    this.journal = journal;
    this.gates = gates;
    this.out = out;
    this.chunks = chunks;
    this.earlyCancels = earlyCancels;
    this.finished = finished;
    this.counters = counters;
    this.clock = clock;
    this.load = measure();
  }

  /** Takes up a request of an earlier run. */
  void restore(InFlight request) {
    table.add(request);
    doubtful.add(request);
  }

  /** Takes a record from its lane. */
  void accept(LaneRecord record) {
    try {
      accept(
          record, new InFlight(codec.decode(record.value), record.value, record.lane, nowMicros()));
    } catch (UndecodableRecordException e) {
      counters.deadLetters().inc();
      LOG.warn(
          "{}-{} offset {} becomes a dead letter: {}",
          record.topic,
          record.partition,
          record.offset,
          e.getMessage());
      out.deadLetter(record, e.code(), e.getMessage(), nowMicros());
    }
    settle();
  }

  private void accept(LaneRecord record, InFlight request) {
    if (table.contains(request.id()) || finished.contains(request.id())) {
      counters.duplicates().inc();
      LOG.debug("{} was dispatched again and is dropped", request.id());
      return;
    }
    table.add(request);
    if (journal.inDoubt(request.key(), record)) {
      doubtful.add(request);
    } else {
      takeUp(request);
    }
  }

  private void takeUp(InFlight request) {
    var cancel = earlyCancels.take(request.id());
    if (request.cancelled()) {
      end(request, Outcome.cancelled(request.cancelReason()));
    } else if (cancel.isPresent()) {
      end(request, Outcome.cancelled(cancel.get().reason()));
    } else if (request.deadlineMillis() <= clock.millis()) {
      end(request, Outcome.expired(request.deadlineMillis()));
    } else {
      held.add(request);
    }
  }

  @Override
  public void journalRead(long incarnation) {
    chunks.setIncarnation(incarnation);
    journalRead = true;
    settle();
  }

  @Override
  public void claimed(List<TokenJournal.Claimed> requests) {
    for (var answer : requests) {
      var request = table.get(answer.key().toString());
      if (request != null && claimed.remove(request)) {
        goOn(request, answer.released());
      }
    }
    settle();
  }

  private void goOn(InFlight request, Released released) {
    if (released.isLost()) {
      LOG.warn(
          "What readers have of {} is not known any more; its stream starts over", request.id());
      chunks.restart(request);
      takeUp(request);
      return;
    }
    table.update(request, () -> request.adopt(released));
    if (released.last().isPresent()) {
      conclude(request, Outcome.of(released.last().get()));
    } else {
      takeUp(request);
    }
  }

  /** Everything that the control topic held at the start has been handed over. */
  void controlRead(int tokensPartitions) {
    out.setTokensPartitions(tokensPartitions);
    controlRead = true;
    settle();
  }

  void cancel(List<CancelCommand> commands) {
    for (var command : commands) {
      var request = table.get(command.id());
      if (request != null) {
        cancel(request, command.reason());
      } else if (BatchKey.isOne(command.id())) {
        cancelBatch(command);
      } else if (!finished.contains(command.id())) {
        earlyCancels.add(command.id(), command.reason(), command.issuedAtMillis(), clock.millis());
      }
    }
    settle();
  }

  /** What is here of a batch, and what is yet to come of it. */
  private void cancelBatch(CancelCommand command) {
    earlyCancels.add(command.id(), command.reason(), command.issuedAtMillis(), clock.millis());
    table.copy().stream()
        .filter(request -> BatchKey.of(request.id()).filter(command.id()::equals).isPresent())
        .forEach(request -> cancel(request, command.reason()));
  }

  private void cancel(InFlight request, String reason) {
    if (request.submitted()) {
      request.markCancelled(reason);
      engine.cancel(request.id(), FinishReason.CANCELLED);
    } else if (doubtful.contains(request) || claimed.contains(request)) {
      request.markCancelled(reason);
    } else {
      end(request, Outcome.cancelled(reason));
    }
  }

  /** Ends what has been held beyond its deadline; the engine sees to those that it has. */
  void tick() {
    var now = clock.millis();
    var waiting = new ArrayList<>(held);
    waiting.addAll(constraining);
    for (var request : waiting) {
      if (request.deadlineMillis() <= now) {
        end(request, Outcome.expired(request.deadlineMillis()));
      }
    }
    settle();
  }

  @Override
  public void engineUp() {
    settle();
  }

  @Override
  public void engineSteps(List<StepResult> steps) {
    for (var step : steps) {
      for (var output : step.outputs()) {
        var request = table.get(output.sequenceId());
        if (request != null) {
          advance(request, output, step.finishedAtMicros());
        }
      }
    }
    settle();
  }

  private void advance(InFlight request, SequenceOutput output, long emittedAtMicros) {
    var expected = request.tokenIds().size();
    if (output.firstIndex() != expected) {
      engine.cancel(request.id(), FinishReason.CANCELLED);
      end(
          request,
          Outcome.engineError(
              "The engine continued at token "
                  + output.firstIndex()
                  + " where "
                  + expected
                  + " was due. This is a defect of the engine; report it with its log."));
      return;
    }
    table.update(request, () -> request.append(output, emittedAtMicros));
    chunks.append(request, output, emittedAtMicros);
    if (output.finished()) {
      end(request, Outcome.of(output, request.deadlineMillis(), request.cancelReason()));
    }
  }

  @Override
  public void engineFailed(Throwable cause) {
    counters.engineFailures().inc();
    suspect = null;
    for (var request : table.copy()) {
      if (!request.submitted()) {
        continue;
      }
      table.update(request, request::markEngineFailed);
      if (request.cancelled()) {
        end(request, Outcome.cancelled(request.cancelReason()));
      } else if (request.engineFailures() >= POISON_FAILURES) {
        end(request, Outcome.poison(request.engineFailures(), cause));
      } else {
        held.add(request);
      }
    }
    settle();
  }

  @Override
  public void engineConstrained(String sequenceId, TokenMask.Factory mask) {
    var request = table.get(sequenceId);
    if (constraining.remove(request)) {
      masks.put(request, mask);
      held.add(request);
    }
    settle();
  }

  /** The router has checked the format; what is left is what only this engine refuses. */
  @Override
  public void engineRefused(String sequenceId, String reason) {
    var request = table.get(sequenceId);
    if (constraining.contains(request)) {
      end(request, Outcome.invalidRequest(reason));
    }
    settle();
  }

  private void end(InFlight request, Outcome outcome) {
    chunks.finish(request, outcome);
    conclude(request, outcome);
  }

  /** The end of a request whose stream has ended. */
  private void conclude(InFlight request, Outcome outcome) {
    LOG.debug("{} ends as {} ({})", request.id(), outcome.status(), outcome.finishReason());
    table.remove(request);
    held.remove(request);
    constraining.remove(request);
    masks.remove(request);
    if (suspect == request) {
      suspect = null;
    }
    finished.add(request.id(), clock.millis());
    out.end(request, outcome, nowMicros());
    counters.ended().inc();
  }

  /**
   * Sends every token that the state counts as released. Due before the state is stored: what is in
   * the state, but not in the log, would never be sent.
   */
  void flush() {
    chunks.flushAll();
  }

  /** The end of every event: send what it brought, hand over what is held, move the gates. */
  private void settle() {
    claimDoubtful();
    chunks.flush(nowMicros());
    if (isReady()) {
      submitHeld();
      gates.update(table, engine);
    } else {
      gates.closeBoth();
    }
    load = measure();
  }

  private boolean isReady() {
    return controlRead && journalRead && engine.isUp();
  }

  /** The partition that a marker belongs to is known only with the control topic read. */
  private void claimDoubtful() {
    if (doubtful.isEmpty() || !journalRead || !controlRead) {
      return;
    }
    journal.claim(
        doubtful.stream()
            .map(request -> new TokenJournal.Claim(request.key(), out.tokensPartition(request)))
            .toList());
    claimed.addAll(doubtful);
    doubtful.clear();
  }

  private void submitHeld() {
    if (held.isEmpty()) {
      return;
    }
    for (var request : new ArrayList<>(held)) {
      if (request.engineFailures() >= SUSPECT_FAILURES) {
        if (suspect != null && suspect != request) {
          continue;
        }
        suspect = request;
      }
      held.remove(request);
      submit(request);
    }
  }

  private void submit(InFlight request) {
    var format = request.responseFormat();
    if (format != null && !masks.containsKey(request)) {
      constraining.add(request);
      engine.constrain(request.id(), format);
      return;
    }
    try {
      request.markSubmitted(nowMicros());
      engine.submit(request.toEngineRequest().withMask(masks.remove(request)));
    } catch (IllegalArgumentException e) {
      end(request, Outcome.invalidRequest(e.getMessage()));
    }
  }

  boolean isIdle() {
    return table.isEmpty();
  }

  /** For the state: a live view. */
  Iterable<InFlight> inFlight() {
    return table.all();
  }

  /** Any thread. */
  Load load() {
    return load;
  }

  private Load measure() {
    return new Load(
        isReady(),
        table.waiting(Lane.ONLINE),
        table.waiting(Lane.OFFLINE),
        table.size(),
        gates.isOpen(Lane.ONLINE),
        gates.isOpen(Lane.OFFLINE),
        engine.statistics());
  }

  private long nowMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
  }
}
