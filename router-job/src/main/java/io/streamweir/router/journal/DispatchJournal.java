package io.streamweir.router.journal;

import io.streamweir.flink.Lease;
import io.streamweir.flink.OutboundRecord;
import io.streamweir.router.outcome.Sinks;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last station before the sinks. A router that follows another reads the same requests again,
 * and might now send one to another replica, or refuse it: whatever was decided and stands in a
 * dispatch topic counts, and what is decided again is dropped here.
 *
 * <p>A run first fences its predecessors in the log, see {@link
 * io.streamweir.schemas.dispatch.DispatchFence}: before it takes a record it has written a marker
 * to every partition and read back, from where the checkpoint says, what stands before the markers.
 * Then it sends its records with its incarnation, until a later run fences it in turn. There is one
 * writer, so this runs in one subtask.
 *
 * <p>Sends records to the output for their topic: dispatch is the main one, the others are those of
 * {@link Sinks}.
 */
public final class DispatchJournal extends ProcessFunction<OutboundRecord, OutboundRecord>
    implements CheckpointedFunction {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(DispatchJournal.class);

  private final String bootstrapServers;
  private final Duration memory;
  private final Duration freezeLimit;
  private final InstantSource clock;

  private transient ListState<LogPosition> positionState;
  private transient ListState<DispatchedKey> dispatchedState;
  private transient ListState<TakenRange> rangeState;
  private transient ListState<Long> incarnationState;
  private transient DispatchLog log;
  private transient Set<String> topics;

  /** What predecessors have dispatched after the checkpoint, and when it was read back. */
  private transient Map<String, Long> dispatched;

  /**
   * What a run without a checkpoint has found, maybe of a whole day: state holds where it stands
   * only.
   */
  private transient Set<String> found;

  private transient List<TakenRange> ranges;
  private transient long incarnation;
  private transient Counter repeated;
  private transient Lease lease;
  private transient FenceWatch watch;

  /** Written by threads of the Kafka client. */
  private transient volatile Map<TopicPartition, Long> ends;

  /**
   * @param memory for how long it is remembered what a predecessor has dispatched: as long as ids
   *     are remembered
   * @param freezeLimit a process that stood still for longer may have been replaced: see {@link
   *     Lease}
   */
  public DispatchJournal(
      String bootstrapServers, Duration memory, Duration freezeLimit, InstantSource clock) {
    this.bootstrapServers = bootstrapServers;
    this.memory = memory;
    this.freezeLimit = freezeLimit;
    this.clock = clock;
  }

  /**
   * Takes the log over.
   *
   * @throws IllegalStateException if the log cannot be read; the job restarts and tries again
   */
  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    var store = context.getOperatorStateStore();
    positionState =
        store.getListState(new ListStateDescriptor<>("dispatch-positions", LogPosition.TYPE));
    dispatchedState =
        store.getListState(new ListStateDescriptor<>("dispatched", DispatchedKey.TYPE));
    incarnationState =
        store.getListState(new ListStateDescriptor<>("router-incarnation", Types.LONG));
    rangeState = store.getListState(new ListStateDescriptor<>("taken-over", TakenRange.TYPE));
    dispatched = new HashMap<>();
    for (var key : dispatchedState.get()) {
      dispatched.put(key.identity, key.atMs);
    }
    lease = new Lease("weir-router-lease", freezeLimit);
    log = new DispatchLog(bootstrapServers);
    var from = new HashMap<TopicPartition, Long>();
    for (var position : positionState.get()) {
      from.put(position.where(), position.offset);
    }
    var now = clock.millis();
    ranges = new ArrayList<>();
    rangeState.get().forEach(ranges::add);
    found = foundAgain(now);
    var known = context.isRestored() && knownIncarnation() > 0;
    var takenOver =
        known
            ? log.follow(from, knownIncarnation(), atLeast())
            : log.followUnknown(now - memory.toMillis(), atLeast());
    incarnation = takenOver.incarnation();
    if (known) {
      takenOver.dispatched().forEach(identity -> dispatched.put(identity, now));
    } else {
      found.addAll(takenOver.dispatched());
      takenOver.from().forEach((where, begin) -> remember(where, begin, takenOver, now));
    }
    ends = takenOver.positions();
    topics = new HashSet<>();
    ends.keySet().forEach(partition -> topics.add(partition.topic()));
    watch = new FenceWatch(bootstrapServers, incarnation).start();
    watch.watch(ends);
    lease.check();
    LOG.info(
        "Dispatches as incarnation {}; predecessors have dispatched {} requests since the checkpoint,"
            + " and {} before a start without one",
        incarnation,
        takenOver.dispatched().size(),
        found.size());
  }

  private void remember(
      TopicPartition where, long begin, DispatchLog.TakenOver takenOver, long now) {
    var end = takenOver.positions().get(where);
    if (begin < end) {
      ranges.add(TakenRange.of(where, begin, end, now + memory.toMillis()));
    }
  }

  private Set<String> foundAgain(long now) {
    ranges.removeIf(range -> range.untilMs <= now);
    if (ranges.isEmpty()) {
      return new HashSet<>();
    }
    var from = new HashMap<TopicPartition, Long>();
    var to = new HashMap<TopicPartition, Long>();
    for (var range : ranges) {
      from.put(range.where(), range.from);
      to.put(range.where(), range.to);
    }
    return log.readAgain(from, to);
  }

  private long atLeast() throws Exception {
    return Math.max(clock.millis(), knownIncarnation() + 1);
  }

  private long knownIncarnation() throws Exception {
    var known = 0L;
    for (var each : incarnationState.get()) {
      known = Math.max(known, each);
    }
    return known;
  }

  @Override
  public void open(OpenContext context) {
    repeated = getRuntimeContext().getMetricGroup().counter("dispatchedBefore");
  }

  @Override
  public void processElement(
      OutboundRecord record, Context context, Collector<OutboundRecord> out) {
    lease.check();
    watch.check();
    if (isRepeated(record)) {
      repeated.inc();
    } else if (Sinks.isChunk(record)) {
      context.output(Sinks.TOKENS, record);
    } else if (Sinks.isBooks(record)) {
      context.output(Sinks.BOOKS, record);
    } else {
      topics.add(record.topic);
      out.collect(record.from(incarnation));
    }
  }

  private boolean isRepeated(OutboundRecord record) {
    if (dispatched.isEmpty() && found.isEmpty()) {
      return false;
    }
    var identity = new String(record.key, StandardCharsets.UTF_8);
    var sinceMs = dispatched.get(identity);
    return (sinceMs != null && clock.millis() < sinceMs + memory.toMillis())
        || found.contains(identity);
  }

  /**
   * The sink has flushed by now. Whatever is sent later lies behind the ends that are asked for
   * here, and those are what the next checkpoint stores: nobody waits for the answer.
   */
  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    watch.check();
    var now = clock.millis();
    dispatched.values().removeIf(atMs -> atMs + memory.toMillis() < now);
    positionState.clear();
    for (var end : ends.entrySet()) {
      positionState.add(LogPosition.of(end.getKey(), end.getValue()));
    }
    dispatchedState.clear();
    for (var key : dispatched.entrySet()) {
      dispatchedState.add(DispatchedKey.of(key.getKey(), key.getValue()));
    }
    if (ranges.removeIf(range -> range.untilMs <= now) && ranges.isEmpty()) {
      found = Set.of();
    }
    rangeState.update(ranges);
    incarnationState.clear();
    incarnationState.add(incarnation);
    log.ends(Set.copyOf(topics))
        .whenComplete(
            (found, error) -> {
              if (error == null) {
                ends = found;
                watch.watch(found);
              } else {
                LOG.debug("The ends of the dispatch topics are not known; older ones serve", error);
              }
            });
  }

  @Override
  public void close() {
    if (lease != null) {
      lease.close();
    }
    if (watch != null) {
      watch.close();
    }
    if (log != null) {
      log.close();
    }
  }
}
