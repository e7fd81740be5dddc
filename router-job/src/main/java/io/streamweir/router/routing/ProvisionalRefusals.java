package io.streamweir.router.routing;

import io.streamweir.router.outcome.Outcomes;
import io.streamweir.router.outcome.Refused;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Queue;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Tells a refusal that might be decided otherwise when it is decided again, as by a quota or for a
 * model that is not deployed yet, only when a checkpoint holds it: nobody hears of one that is
 * followed by an answer after a crash. Everything else passes.
 *
 * <p>What is kept is bounded. A refusal that finds no room is told at once: to wait for room would
 * be to wait for a checkpoint, and an operator that stands still takes none.
 */
public final class ProvisionalRefusals extends AbstractStreamOperator<Routed>
    implements OneInputStreamOperator<Routed, Routed> {

  private static final long serialVersionUID = 1L;

  /** About what a subtask decides within two seconds. */
  private static final int MOST = 20_000;

  private static final long MOST_BYTES = 16 << 20;

  /** In one go: each is three records to be made while others wait. */
  private static final int MOST_AT_ONCE = 500;

  private static final long RESTORED = -1;

  private final String registryUrl;
  private final Clock clock;

  private transient AvroCodec<InferenceRequest> requestCodec;
  private transient Outcomes outcomes;
  private transient ListState<Refused> state;

  /** In the order in which they came. */
  private transient Queue<Untold> untold;

  private transient Room room;
  private transient Counter toldEarly;
  private transient long begunCheckpoint;
  private transient long completedCheckpoint;
  private transient boolean telling;

  /**
   * @param checkpointBefore the last one that had begun when the refusal came; the next holds it
   */
  private record Untold(Refused refused, long checkpointBefore) {}

  public ProvisionalRefusals(String registryUrl, Clock clock) {
    this.registryUrl = registryUrl;
    this.clock = clock;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    untold = new ArrayDeque<>();
    room = new Room(MOST, MOST_BYTES);
    completedCheckpoint = context.getRestoredCheckpointId().orElse(0);
    begunCheckpoint = completedCheckpoint;
    state =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("untold", Refused.TYPE));
    for (var refused : state.get()) {
      room.take(refused.size());
      untold.add(new Untold(refused, RESTORED));
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    var registry = SchemaRegistries.connect(registryUrl);
    registry.schemaOf(registry.idOf(Topics.REQUESTS.subject(), InferenceRequest.getClassSchema()));
    requestCodec = new AvroCodec<>(registry, Topics.REQUESTS.subject(), InferenceRequest.class);
    outcomes = new Outcomes(registry, clock, clock.millis());
    toldEarly = getMetricGroup().counter("refusalsToldEarly");
    getMetricGroup().gauge("untold", room::number);
    tellSoon();
  }

  @Override
  public void processElement(StreamRecord<Routed> element) {
    var refused = element.getValue().provisional;
    if (refused == null) {
      output.collect(element);
    } else if (room.take(refused.size())) {
      untold.add(new Untold(refused, begunCheckpoint));
    } else {
      toldEarly.inc();
      tell(refused);
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    begunCheckpoint = context.getCheckpointId();
    state.update(untold.stream().map(Untold::refused).toList());
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    super.notifyCheckpointComplete(checkpointId);
    completedCheckpoint = Math.max(completedCheckpoint, checkpointId);
    tellSoon();
  }

  /** In a turn of its own, so that what is running and whoever has come meanwhile go first. */
  private void tellSoon() {
    if (!telling && isHeldByACheckpoint(untold.peek())) {
      telling = true;
      var timers = getProcessingTimeService();
      timers.registerTimer(timers.getCurrentProcessingTime(), now -> tellSome());
    }
  }

  private void tellSome() {
    telling = false;
    for (var told = 0; told < MOST_AT_ONCE && isHeldByACheckpoint(untold.peek()); told++) {
      var refused = untold.remove().refused;
      room.leave(refused.size());
      tell(refused);
    }
    tellSoon();
  }

  private boolean isHeldByACheckpoint(Untold first) {
    return first != null && first.checkpointBefore < completedCheckpoint;
  }

  private void tell(Refused refused) {
    var request = requestCodec.decode(refused.request);
    var records =
        outcomes.refusal(request, refused.rejection(), refused.replyPartition, refused.account);
    output.collect(new StreamRecord<>(Routed.refused(request, records)));
  }
}
