package io.streamweir.inference.operator;

import static io.streamweir.inference.InferenceSettings.ACCELERATOR;
import static io.streamweir.inference.InferenceSettings.BOOTSTRAP_SERVERS;
import static io.streamweir.inference.InferenceSettings.CLOSE_TIMEOUT;
import static io.streamweir.inference.InferenceSettings.DEPLOYMENT;
import static io.streamweir.inference.InferenceSettings.FREEZE_LIMIT;
import static io.streamweir.inference.InferenceSettings.MAX_STEP_TOKENS;
import static io.streamweir.inference.InferenceSettings.MODEL;
import static io.streamweir.inference.InferenceSettings.REGISTRY_URL;
import static io.streamweir.inference.InferenceSettings.RESTART_BACKOFF_MAX;
import static io.streamweir.inference.InferenceSettings.STATUS_INTERVAL;
import static io.streamweir.inference.InferenceSettings.STEP_LIMIT;
import static io.streamweir.inference.InferenceSettings.TOKENS_OFFLINE_BATCH;
import static io.streamweir.inference.InferenceSettings.TOKENS_OFFLINE_LINGER;
import static io.streamweir.inference.InferenceSettings.WAITING_REQUESTS;
import static io.streamweir.inference.InferenceSettings.WAITING_SIZE;

import io.streamweir.config.Config;
import io.streamweir.flink.Lease;
import io.streamweir.flink.OutboundRecord;
import io.streamweir.inference.journal.JournalOptions;
import io.streamweir.inference.journal.TokenJournal;
import io.streamweir.inference.lanes.LaneRecord;
import io.streamweir.inference.lanes.SubtaskLanes;
import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.ReplicaStatus;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.dispatch.DispatchFence;
import io.streamweir.schemas.registry.SchemaRegistries;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.IOUtils;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * Puts the parts of a replica together and ties them to Flink: lifecycle, state, mailbox, outputs.
 *
 * <p>State is the requests in flight, redistributed when the job is rescaled, and the ids of those
 * that have just ended, the positions in the token log and the fences of the dispatch topics, which
 * every subtask gets whole. What was released after the checkpoint is read back from the token log.
 */
final class InferenceOperator extends AbstractStreamOperator<OutboundRecord>
    implements OneInputStreamOperator<LaneRecord, OutboundRecord>,
        BoundedOneInput,
        ControlListener.Owner,
        TokenJournal.Owner {

  private static final long serialVersionUID = 1L;

  /** Exit status of a process that cannot get rid of an engine. */
  private static final int HANGING_ENGINE = 70;

  private static final int FINISHED_CAPACITY = 10_000;
  private static final int EARLY_CANCELS_CAPACITY = 100_000;
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(1);

  private final transient Clock clock = Clock.systemUTC();
  private final transient MailboxExecutor mailbox;
  private final transient long statusIntervalMillis;
  private final transient SchemaRegistry registry;
  private final transient InFlightCodec inFlightCodec;
  private final transient PositionCodec positionCodec = new PositionCodec();
  private final transient FenceCodec fenceCodec = new FenceCodec();
  private final transient DispatchFence fence = new DispatchFence();
  private final transient FinishedRequests finished = new FinishedRequests(FINISHED_CAPACITY);
  private final transient SubtaskLanes lanes;
  private final transient EngineHost engine;
  private final transient ControlListener control;
  private final transient ChunkEmitter chunks;
  private final transient ReplicaCounters counters;
  private final transient Replica replica;
  private final transient StatusReporter status;
  private final transient Lease lease;
  private final transient Config config;
  private transient ListState<byte[]> inFlightState;
  private transient ListState<byte[]> finishedState;
  private transient ListState<byte[]> positionState;
  private transient ListState<byte[]> fenceState;
  private transient Map<Integer, Long> readFrom = Map.of();
  private transient long incarnation;
  private transient long knownIncarnation;
  private transient TokenJournal journal;

  InferenceOperator(
      StreamOperatorParameters<OutboundRecord> parameters, Config config, String sourceId) {
    super(parameters);
    this.config = config;
    registry = SchemaRegistries.connect(config.get(REGISTRY_URL));
    var deployment = config.get(DEPLOYMENT);
    var subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    var name = "weir-inference-" + deployment + "-" + subtask;
    mailbox = parameters.getMailboxExecutor();
    statusIntervalMillis = config.get(STATUS_INTERVAL).toMillis();
    var dispatchedCodec =
        new AvroCodec<>(registry, Topics.DISPATCH_SUBJECT, DispatchedRequest.class).prepared();
    inFlightCodec = new InFlightCodec(dispatchedCodec);
    engine =
        new EngineHost(
            name + "-engine",
            new EngineLoader(config),
            this::onTaskThread,
            new EngineHost.Limits(
                config.get(RESTART_BACKOFF_MAX),
                config.get(CLOSE_TIMEOUT),
                config.get(STEP_LIMIT),
                config.get(MAX_STEP_TOKENS)),
            System::nanoTime,
            () -> Runtime.getRuntime().halt(HANGING_ENGINE));
    control =
        new ControlListener(
            config.get(BOOTSTRAP_SERVERS), name + "-control", registry, this::onTaskThread);
    counters = ReplicaMetrics.counters(getMetricGroup());
    var out =
        new ResponseWriter(
            registry,
            new ResponseWriter.Identity(config.get(MODEL), deployment, config.get(ACCELERATOR)),
            record -> output.collect(new StreamRecord<>(record)),
            to(InferenceOutputs.TERMINAL));
    var statusCodec =
        new AvroCodec<>(registry, Topics.REPLICAS.subject(), ReplicaStatus.class).prepared();
    lanes = SubtaskLanes.of(sourceId, getRuntimeContext());
    chunks =
        new ChunkEmitter(
            out,
            deployment,
            config.get(TOKENS_OFFLINE_BATCH),
            config.get(TOKENS_OFFLINE_LINGER),
            engine::spell);
    replica =
        new Replica(
            dispatchedCodec,
            engine,
            new Doubts(),
            new Gates(
                lanes.gate(Lane.ONLINE),
                lanes.gate(Lane.OFFLINE),
                config.get(WAITING_REQUESTS),
                config.get(WAITING_SIZE)),
            out,
            chunks,
            new EarlyCancels(EARLY_CANCELS_CAPACITY, Topics.CONTROL.retention().toMillis()),
            finished,
            counters,
            clock);
    status =
        new StatusReporter(
            statusCodec,
            deployment,
            subtask,
            lanes,
            replica::load,
            to(InferenceOutputs.STATUS),
            clock);
    lease = new Lease(name + "-lease", config.get(FREEZE_LIMIT));
  }

  /** The journal exists only when the state has been read. */
  private final class Doubts implements JournalPort {

    @Override
    public boolean inDoubt(RequestKey key, LaneRecord record) {
      return journal.inDoubt(record.topic, record.partition, record.offset);
    }

    @Override
    public void claim(List<TokenJournal.Claim> requests) {
      journal.claim(requests);
    }
  }

  private Consumer<OutboundRecord> to(OutputTag<OutboundRecord> tag) {
    return record -> output.collect(tag, new StreamRecord<>(record));
  }

  private void onTaskThread(String what, ThrowingRunnable<Exception> action) {
    try {
      mailbox.execute(
          () -> {
            lease.check();
            action.run();
          },
          what);
    } catch (RejectedExecutionException e) {
      LOG.debug("The task is ending, nothing comes of: {}", what, e);
    }
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    var store = context.getOperatorStateStore();
    inFlightState = store.getListState(bytes("in-flight"));
    finishedState = store.getUnionListState(bytes("finished"));
    positionState = store.getUnionListState(bytes("token-log-positions"));
    fenceState = store.getUnionListState(bytes("dispatch-fences"));
    if (context.isRestored()) {
      restore();
    }
    journal = journal(context.isRestored());
  }

  private TokenJournal journal(boolean restored) {
    var deployment = config.get(DEPLOYMENT);
    var task = getRuntimeContext().getTaskInfo();
    var known = new ArrayList<TokenJournal.Known>();
    replica
        .inFlight()
        .forEach(
            request ->
                known.add(
                    new TokenJournal.Known(
                        request.key(),
                        request.tokenIds().size(),
                        request.textCodePoints(),
                        request.answer().size())));
    var ended = finished.ids();
    return new TokenJournal(
        new JournalOptions(
            config.get(BOOTSTRAP_SERVERS),
            "weir-inference-" + deployment + "-" + task.getIndexOfThisSubtask() + "-journal",
            deployment,
            Arrays.stream(Lane.values())
                .map(lane -> Topics.dispatchName(deployment, lane))
                .toList(),
            restored || task.getAttemptNumber() > 0,
            readFrom,
            knownIncarnation,
            key -> ended.contains(key.toString()),
            CLOCK_SKEW),
        registry,
        clock,
        known,
        call -> onTaskThread("journal", () -> call.accept(this)));
  }

  private static ListStateDescriptor<byte[]> bytes(String name) {
    return new ListStateDescriptor<>(name, BytePrimitiveArraySerializer.INSTANCE);
  }

  private void restore() throws Exception {
    var count = 0;
    for (var bytes : inFlightState.get()) {
      var restored = inFlightCodec.decode(bytes);
      knownIncarnation = Math.max(knownIncarnation, restored.incarnation());
      replica.restore(restored.request());
      count++;
    }
    finished.restore(finishedState.get());
    readFrom = positionCodec.decode(positionState.get());
    fenceCodec.restore(fenceState.get(), fence);
    LOG.info("Restored {} requests in flight; the token log is read from {}", count, readFrom);
  }

  @Override
  public void journalRead(long incarnation) {
    LOG.info("Goes on as incarnation {}", incarnation);
    this.incarnation = incarnation;
    status.setIncarnation(incarnation);
    replica.journalRead(incarnation);
  }

  @Override
  public void claimed(List<TokenJournal.Claimed> requests) {
    replica.claimed(requests);
  }

  @Override
  public void open() throws Exception {
    super.open();
    ReplicaMetrics.gauges(getMetricGroup(), replica::load);
    lanes.onPartitionsChanged(this::partitionsChanged);
    getProcessingTimeService()
        .scheduleWithFixedDelay(time -> tick(), statusIntervalMillis, statusIntervalMillis);
    journal.start();
    control.start(this);
    engine.start(replica);
  }

  private void partitionsChanged() {
    for (var lane : Lane.values()) {
      var topic = Topics.dispatchName(config.get(DEPLOYMENT), lane);
      lanes
          .startOffsets(lane)
          .forEach((partition, offset) -> journal.reads(topic, partition, offset));
    }
    status.report();
  }

  private void tick() {
    lease.check();
    engine.watch();
    replica.tick();
    status.report();
  }

  @Override
  public void processElement(StreamRecord<LaneRecord> element) {
    lease.check();
    var record = element.getValue();
    if (!fence.admits(record.topicPartition(), record.routerIncarnation)) {
      counters.fenced().inc();
      LOG.info(
          "{}-{} offset {} is void: a router that was replaced has written it",
          record.topic,
          record.partition,
          record.offset);
    } else if (!record.isMarker()) {
      replica.accept(record);
    }
    journal.taken(record.topic, record.partition, record.offset);
  }

  @Override
  public void cancel(List<CancelCommand> commands) {
    replica.cancel(commands);
  }

  @Override
  public void controlRead(int tokensPartitions) {
    replica.controlRead(tokensPartitions);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    super.prepareSnapshotPreBarrier(checkpointId);
    replica.flush();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    var encoded = new ArrayList<byte[]>();
    replica.inFlight().forEach(request -> encoded.add(inFlightCodec.encode(request, incarnation)));
    inFlightState.update(encoded);
    finishedState.update(finished.encode());
    positionState.update(positionCodec.encode(journal.positions()));
    fenceState.update(fenceCodec.encode(fence));
  }

  /** Stopping with drain: what was taken is brought to its end. */
  @Override
  public void endInput() throws Exception {
    while (!replica.isIdle()) {
      mailbox.yield();
    }
  }

  private void closeJournal() {
    if (journal != null) {
      journal.close();
    }
  }

  @Override
  public void close() throws Exception {
    lanes.release();
    IOUtils.closeAll(lease, this::closeJournal, control::close, engine::close, super::close);
  }
}
