package io.streamweir.engine.core;

import io.streamweir.engine.Lane;
import io.streamweir.engine.core.ScheduledStep.Chunk;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Chooses what each step computes. Belongs to the engine's thread.
 *
 * <p>A sequence is <em>waiting</em> (no blocks) or <em>running</em> (blocks for all its tokens). A
 * step takes the online lane first: decoding sequences, prompts under way, then arrivals, each in
 * the order of {@link Sequence#RANK}. Decoding ones are always in; prompt chunks are cut so that
 * the step keeps within its tokens and its predicted duration within what the decoding ones may
 * wait for a token. Offline sequences fill the rest; while online ones are in flight, only up to a
 * bound, with small prompt chunks, and with no prompt chunk beside an online one, so that neither
 * an arrival nor a token of the online lane waits for offline work longer than one short step. A
 * running offline sequence that finds no place in a step keeps its blocks and pauses.
 *
 * <p>Where arrivals of several tenants wait, they take turns, see {@link WaitingLine}.
 *
 * <p>When blocks run out, the last in rank among the running ones is preempted, offline before
 * online. It starts again from its tokens, and finds of its computed blocks what nobody needed
 * meanwhile. The first in rank is never preempted and fits alone, so there is always progress.
 * Within a lane, an arrival preempts nobody: it waits until its prompt fits beside one free block
 * for each sequence running, lest its prompt be computed only to be preempted by their next tokens.
 * An offline one also leaves the reserve free that online arrivals then need not wait for.
 *
 * <p>When the online lane has let no offline sequence into a step for a while, the first of these
 * is promoted: until it ends it ranks as an online one, with small prompt chunks. There is one at a
 * time, so offline work goes on under any online load and costs it one place.
 */
final class Scheduler {
  private static final int[] NONE = {};

  private final SchedulerLimits limits;
  private final BlockManager blocks;
  private final StepTimePredictor predictor;
  private final int reserve;
  private final Map<Lane, WaitingLine> waiting = new EnumMap<>(Lane.class);
  private final Map<Lane, TreeSet<Sequence>> running = new EnumMap<>(Lane.class);
  private Sequence promoted;
  private long nowMillis;
  private long offlineProgressMillis;
  private long preemptions;
  private long promotions;
  private int[] stillFresh = NONE;

  Scheduler(SchedulerLimits limits, BlockManager blocks, StepTimePredictor predictor) {
    this.limits = limits;
    this.blocks = blocks;
    this.predictor = predictor;
    reserve = (int) Math.ceil(limits.onlineKvReserve() * blocks.total());
    for (Lane lane : Lane.values()) {
      waiting.put(lane, new WaitingLine());
      running.put(lane, new TreeSet<>(Sequence.RANK));
    }
  }

  /** Puts a new sequence into its lane; alone, it must fit into the blocks. */
  void add(Sequence sequence) {
    if (sequence.lane() == Lane.OFFLINE && !isBusy(Lane.OFFLINE)) {
      offlineProgressMillis = sequence.arrivalMillis();
    }
    waiting.get(sequence.lane()).add(sequence);
  }

  /** Longest sequence that fits into the cache alone, in tokens. */
  static int longestFitting(int totalBlocks, int blockSize) {
    return (int) Math.min(Integer.MAX_VALUE, (long) totalBlocks * blockSize);
  }

  /** Ends a sequence, wherever it stands, and frees its blocks. */
  void remove(Sequence sequence) {
    waiting.get(sequence.rankedLane()).remove(sequence);
    running.get(sequence.rankedLane()).remove(sequence);
    blocks.release(sequence);
    if (sequence == promoted) {
      promoted = null;
    }
  }

  /** Ends a sequence whose keys and values nobody should reuse. */
  void discard(Sequence sequence) {
    blocks.discard(sequence);
    remove(sequence);
  }

  /** Takes all blocks from all sequences, which start again from their tokens. */
  void restart() {
    blocks.forgetAll();
    stillFresh = NONE;
    for (Lane lane : Lane.values()) {
      running.get(lane).forEach(blocks::release);
      running.get(lane).forEach(waiting.get(lane)::add);
      running.get(lane).clear();
    }
  }

  /** A step was not computed; its fresh blocks are fresh in the next one, too. */
  void abandon(ScheduledStep step) {
    stillFresh = step.freshBlocks();
  }

  /** The next step; empty if and only if no sequence is in flight. */
  ScheduledStep schedule(long now) {
    nowMillis = now;
    promoteStarved();
    StepPlan plan = newPlan();
    decode(Lane.ONLINE, plan);
    plan.bound(decodingPatience(plan));
    prefill(Lane.ONLINE, plan);
    if (isBusy(Lane.ONLINE)) {
      plan.restrict(
          limits.offlineBesideOnline(), plan.prefills() ? 0 : limits.offlineChunkTokens());
      plan.bound(limits.stepBudgetMicros());
    } else {
      plan.bound(limits.offlineStepBudgetMicros());
    }
    decode(Lane.OFFLINE, plan);
    prefill(Lane.OFFLINE, plan);
    return plan.toStep();
  }

  /** A step of this sequence only, at the expense of any other that has blocks. */
  ScheduledStep scheduleAlone(Sequence sequence) {
    StepPlan plan = newPlan();
    if (!running.get(sequence.rankedLane()).contains(sequence)) {
      while (blocks.cost(sequence) > blocks.available()) {
        preempt(lastRunning());
      }
      begin(sequence, plan);
    }
    prefill(sequence, plan);
    return plan.toStep();
  }

  private StepPlan newPlan() {
    StepPlan plan = new StepPlan(limits, predictor);
    plan.freshBlocks().addAll(stillFresh);
    return plan;
  }

  /** Notes that a step was computed. */
  void advance(ScheduledStep step) {
    stillFresh = NONE;
    for (Chunk chunk : step.chunks()) {
      chunk.sequence().advance(chunk.length());
      waiting.get(chunk.sequence().lane()).charge(chunk.sequence(), chunk.length());
      blocks.publish(chunk.sequence());
      if (chunk.sequence().lane() == Lane.OFFLINE) {
        offlineProgressMillis = nowMillis;
      }
    }
  }

  private void promoteStarved() {
    boolean starved =
        isBusy(Lane.OFFLINE)
            && limits.agingMillis() > 0
            && nowMillis - offlineProgressMillis >= limits.agingMillis();
    if (!starved || promoted != null || !isBusy(Lane.ONLINE)) {
      return;
    }
    if (!running.get(Lane.OFFLINE).isEmpty()) {
      promoted = running.get(Lane.OFFLINE).pollFirst();
      promoted.promote();
      running.get(Lane.ONLINE).add(promoted);
    } else if (hasRoom(waiting.get(Lane.OFFLINE).first())) {
      promoted = waiting.get(Lane.OFFLINE).first();
      waiting.get(Lane.OFFLINE).remove(promoted);
      promoted.promote();
      waiting.get(Lane.ONLINE).add(promoted);
    } else {
      return;
    }
    promotions++;
  }

  /**
   * The shortest time that a decoding sequence of the plan may wait for its token, microseconds.
   * What it asks for itself counts down to a bound, and to what decoding takes alone: beyond these
   * it would gain nothing and keep everybody else out.
   */
  private long decodingPatience(StepPlan plan) {
    long least = Math.max(limits.leastPatienceMicros(), plan.predictedMicros());
    long patience = Long.MAX_VALUE;
    for (Sequence sequence : plan.decoding()) {
      long tpot = sequence.request().slo().tpotMillis();
      long own = tpot > 0 ? Math.max(tpot * 1000, least) : limits.stepBudgetMicros();
      patience = Math.min(patience, own);
    }
    return patience;
  }

  private void decode(Lane lane, StepPlan plan) {
    for (Sequence sequence : List.copyOf(running.get(lane))) {
      boolean fits = lane == Lane.ONLINE ? plan.hasRow() : plan.affordsRow(sequence);
      if (sequence.decodes() && fits && makeRoom(sequence, plan)) {
        plan.add(sequence, plan.decodable(sequence));
      }
    }
  }

  private void prefill(Lane lane, StepPlan plan) {
    for (Sequence sequence : running.get(lane)) {
      if (!sequence.decodes()) {
        prefill(sequence, plan);
      }
    }
    admit(lane, plan);
  }

  /**
   * Adds the next chunk of a prompt. A block that another sequence of this step computes is waited
   * for rather than computed twice.
   */
  private void prefill(Sequence sequence, StepPlan plan) {
    blocks.catchUp(sequence);
    int length = plan.fitting(sequence, mostOf(sequence));
    if (length > 0 && !blocks.isPending(sequence, plan.pendingBlocks())) {
      blocks.addPending(sequence, length, plan.pendingBlocks());
      plan.add(sequence, length);
    }
  }

  private int mostOf(Sequence sequence) {
    return sequence == promoted && isBusy(Lane.ONLINE)
        ? limits.offlineChunkTokens()
        : limits.maxStepTokens();
  }

  /**
   * Gives a decoding sequence the block it may need, at the expense of those after it in rank.
   * Without success it is itself preempted, being the last.
   */
  private boolean makeRoom(Sequence sequence, StepPlan plan) {
    if (!running.get(sequence.rankedLane()).contains(sequence)) {
      return false;
    }
    while (!blocks.canAllocate(sequence, sequence.length())) {
      Sequence last = lastRunning();
      preempt(last);
      if (last == sequence) {
        return false;
      }
    }
    blocks.allocate(sequence, sequence.length(), plan.freshBlocks());
    return true;
  }

  private void admit(Lane lane, StepPlan plan) {
    for (Sequence sequence : waiting.get(lane).inTurn()) {
      if (plan.fitting(sequence, mostOf(sequence)) == 0 || !hasSlot(lane)) {
        return;
      }
      if (!hasRoom(sequence)) {
        if (sequence == promoted) {
          continue; // for its age it goes first, but keeps nobody out
        }
        return;
      }
      while (blocks.cost(sequence) > blocks.available()) {
        preempt(running.get(Lane.OFFLINE).last());
      }
      begin(sequence, plan);
      prefill(sequence, plan);
    }
  }

  private void begin(Sequence sequence, StepPlan plan) {
    blocks.reuse(sequence);
    blocks.allocate(sequence, sequence.length(), plan.freshBlocks());
    waiting.get(sequence.rankedLane()).remove(sequence);
    running.get(sequence.rankedLane()).add(sequence);
  }

  /** An online sequence pauses an offline one where need be; an offline one takes a free slot. */
  private boolean hasSlot(Lane lane) {
    int online = running.get(Lane.ONLINE).size();
    int offline = running.get(Lane.OFFLINE).size();
    return switch (lane) {
      case ONLINE -> online < limits.maxRunning();
      case OFFLINE ->
          online + offline < limits.maxRunning()
              && (!isBusy(Lane.ONLINE) || offline < limits.offlineBesideOnline());
    };
  }

  private boolean hasRoom(Sequence sequence) {
    TreeSet<Sequence> online = running.get(Lane.ONLINE);
    if (sequence.rankedLane() == Lane.ONLINE) {
      return blocks.total() - blocks.heldTogether(online, sequence) >= online.size();
    }
    return running() == 0 || blocks.available() - blocks.cost(sequence) >= running() + reserve;
  }

  private Sequence lastRunning() {
    TreeSet<Sequence> offline = running.get(Lane.OFFLINE);
    return offline.isEmpty() ? running.get(Lane.ONLINE).last() : offline.last();
  }

  private void preempt(Sequence sequence) {
    running.get(sequence.rankedLane()).remove(sequence);
    blocks.release(sequence);
    waiting.get(sequence.rankedLane()).add(sequence);
    preemptions++;
  }

  /** Whether the lane has work, the promoted sequence counting for neither. */
  private boolean isBusy(Lane lane) {
    int sequences = running.get(lane).size() + waiting.get(lane).size();
    return sequences > (lane == Lane.ONLINE && promoted != null ? 1 : 0);
  }

  /**
   * How many more offline sequences would find a slot and KV blocks now, taking each to need as
   * many blocks as the running ones hold on average. An idle engine has room for one at least.
   */
  int offlineRoom() {
    int queued = waiting(Lane.ONLINE) + waiting(Lane.OFFLINE);
    int least = running() + queued == 0 ? 1 : 0;
    int offline = running.get(Lane.OFFLINE).size() + waiting(Lane.OFFLINE);
    int slots = limits.maxRunning() - running() - queued;
    if (isBusy(Lane.ONLINE)) {
      slots = Math.min(slots, limits.offlineBesideOnline() - offline);
    }
    int typical = 1 + blocks.used() / Math.max(1, running());
    int blocksLeft = blocks.available() - running() - queued * typical - reserve;
    return Math.max(least, Math.min(slots, blocksLeft / typical));
  }

  int waiting(Lane lane) {
    int waits = promoted != null && waiting.get(Lane.ONLINE).contains(promoted) ? 1 : 0;
    return waiting.get(lane).size() + (lane == Lane.OFFLINE ? waits : -waits);
  }

  int running() {
    return running.get(Lane.ONLINE).size() + running.get(Lane.OFFLINE).size();
  }

  long preemptions() {
    return preemptions;
  }

  long promotions() {
    return promotions;
  }
}
