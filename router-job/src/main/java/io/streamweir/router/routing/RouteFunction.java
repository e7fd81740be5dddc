package io.streamweir.router.routing;

import io.streamweir.router.admission.Admitted;
import io.streamweir.router.outcome.DeadRecord;
import io.streamweir.router.outcome.OutcomeMetrics;
import io.streamweir.router.outcome.Outcomes;
import io.streamweir.router.outcome.Refused;
import io.streamweir.router.outcome.Rejection;
import io.streamweir.router.outcome.Sinks;
import io.streamweir.router.prompt.ModelTexts;
import io.streamweir.router.prompt.TextPrefetch;
import io.streamweir.router.source.TopicSnapshot;
import io.streamweir.schemas.Deployment;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.time.Clock;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Lets each request through once and gives it a deployment.
 *
 * <p>Keyed by identity, so that all copies of a request meet here. The first one is remembered
 * until its time to live is over, also if it is rejected; the others become dead letters.
 *
 * <p>A request may be quicker than the catalogue record that it relies on. While the router is
 * young, a request for a model that is not there waits in keyed state and asks again. So does one
 * whose tokenizer is being loaded: further on it would wait in everybody's way.
 */
public final class RouteFunction
    extends KeyedBroadcastProcessFunction<String, Admitted, CatalogueChange, Routed>
    implements CheckpointedFunction {

  /** The catalogue by deployment name, each deployment as it stands on the topic. */
  public static final MapStateDescriptor<String, byte[]> CATALOGUE =
      new MapStateDescriptor<>(
          "catalogue", Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private static final long serialVersionUID = 1L;
  private static final long ASK_AGAIN_MS = 100;

  /** A flood of requests for what is not there must fill neither the heap nor the thread. */
  private static final int MOST_PARKED = 2000;

  private static final int MOST_PARKED_BYTES = 16 << 20;

  private final String bootstrapServers;
  private final String registryUrl;
  private final Duration dedupeTtl;
  private final Duration catalogueGrace;
  private final Duration loadPatience;
  private final DeploymentChooser chooser;
  private final Clock clock;

  private transient SchemaRegistry registry;
  private transient AvroCodec<InferenceRequest> requestCodec;
  private transient TextPrefetch texts;
  private transient CatalogueKeeper keeper;
  private transient Outcomes outcomes;
  private transient OutcomeMetrics metrics;
  private transient ValueState<Long> seen;
  private transient ValueState<Admitted> parked;
  private transient Room room;
  private transient long openedAtMs;

  /**
   * @param dedupeTtl for how long an identity is remembered
   * @param catalogueGrace for how long after a start a request waits for its model to appear
   * @param loadPatience for how long a request waits for the tokenizer of its model to be loaded
   */
  public RouteFunction(
      String bootstrapServers,
      String registryUrl,
      Duration dedupeTtl,
      Duration catalogueGrace,
      Duration loadPatience,
      DeploymentChooser chooser,
      Clock clock) {
    this.bootstrapServers = bootstrapServers;
    this.registryUrl = registryUrl;
    this.dedupeTtl = dedupeTtl;
    this.catalogueGrace = catalogueGrace;
    this.loadPatience = loadPatience;
    this.chooser = chooser;
    this.clock = clock;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    registry = SchemaRegistries.connect(registryUrl);
    registry.schemaOf(registry.idOf(Topics.DEPLOYMENTS.subject(), Deployment.getClassSchema()));
    texts = new TextPrefetch();
    keeper =
        new CatalogueKeeper(
            context.getOperatorStateStore().getBroadcastState(CATALOGUE),
            new AvroCodec<>(registry, Topics.DEPLOYMENTS.subject(), Deployment.class),
            texts);
    keeper.reset(TopicSnapshot.read(bootstrapServers, Topics.DEPLOYMENTS));
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) {
    // The keeper writes the state as it goes.
  }

  @Override
  public void open(OpenContext context) throws Exception {
    openedAtMs = clock.millis();
    registry.schemaOf(registry.idOf(Topics.REQUESTS.subject(), InferenceRequest.getClassSchema()));
    requestCodec = new AvroCodec<>(registry, Topics.REQUESTS.subject(), InferenceRequest.class);
    outcomes = new Outcomes(registry, clock, openedAtMs);
    metrics = new OutcomeMetrics(getRuntimeContext().getMetricGroup());
    room = new Room(MOST_PARKED, MOST_PARKED_BYTES);
    getRuntimeContext().getMetricGroup().gauge("parked", room::number);
    var seenDescriptor = new ValueStateDescriptor<>("seen", Types.LONG);
    seenDescriptor.enableTimeToLive(StateTtlConfig.newBuilder(dedupeTtl).build());
    seen = getRuntimeContext().getState(seenDescriptor);
    parked = getRuntimeContext().getState(new ValueStateDescriptor<>("parked", Admitted.TYPE));
  }

  @Override
  public void close() {
    if (texts != null) {
      texts.close();
    }
  }

  @Override
  public void processElement(Admitted admitted, ReadOnlyContext context, Collector<Routed> out)
      throws Exception {
    var dead = admitted.deadRecord();
    if (dead.isPresent()) {
      metrics.count(OutcomeMetrics.DEAD_LETTER);
      bury(dead.get(), context);
      return;
    }
    if (seen.value() != null) {
      metrics.count(OutcomeMetrics.DUPLICATE);
      bury(duplicate(admitted, seen.value()), context);
      return;
    }
    seen.update(clock.millis());
    var rejection = admitted.rejection();
    if (rejection.isPresent()) {
      reject(admitted, decode(admitted), rejection.get(), out);
    } else {
      route(admitted, context, out);
    }
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<Routed> out)
      throws Exception {
    var admitted = parked.value();
    if (admitted != null) {
      parked.clear();
      room.leave(size(admitted));
      route(admitted, context, out);
    }
  }

  @Override
  public void processBroadcastElement(
      CatalogueChange change, Context context, Collector<Routed> out) throws Exception {
    keeper.apply(change);
  }

  private void route(Admitted admitted, ReadOnlyContext context, Collector<Routed> out)
      throws Exception {
    var request = decode(admitted);
    var now = clock.millis();
    var deadline = request.getDeadlineMs();
    if (deadline != null && deadline <= now) {
      reject(admitted, request, Rejection.expired(deadline, now), out);
      return;
    }
    var catalogue = keeper.catalogue();
    var candidates = catalogue.candidates(request.getModel(), request.getAccelerator());
    if (!candidates.isEmpty()) {
      var key = new RequestKey(request.getTenant(), request.getRequestId());
      var chosen = chooser.choose(candidates, key);
      if (!texts.isLoading(chosen.getName())) {
        out.collect(Routed.to(chosen, admitted, request, now));
      } else if (now >= waitsSinceMs(now) + loadPatience.toMillis()) {
        var problem = "has not been loaded within " + loadPatience;
        var unusable = ModelTexts.unusable(chosen.getName(), chosen.getModelPath(), problem);
        out.collect(provisional(admitted, request, unusable));
      } else if (room.take(size(admitted))) {
        park(admitted, context);
      } else {
        out.collect(Routed.to(chosen, admitted, request, now));
      }
    } else if (now < openedAtMs + catalogueGrace.toMillis() && room.take(size(admitted))) {
      park(admitted, context);
    } else {
      var missing = catalogue.missing(request.getModel(), request.getAccelerator());
      out.collect(provisional(admitted, request, missing));
    }
  }

  /** Since when the request of the current key has been with this run of the router. */
  private long waitsSinceMs(long nowMs) throws Exception {
    var firstSeen = seen.value();
    return firstSeen == null ? nowMs : Math.max(firstSeen, openedAtMs);
  }

  private static int size(Admitted admitted) {
    return admitted.requestBytes().length;
  }

  private void park(Admitted admitted, ReadOnlyContext context) throws Exception {
    parked.update(admitted);
    var timers = context.timerService();
    timers.registerProcessingTimeTimer(timers.currentProcessingTime() + ASK_AGAIN_MS);
  }

  private void reject(
      Admitted admitted, InferenceRequest request, Rejection rejection, Collector<Routed> out) {
    metrics.countRejected(rejection);
    var records = outcomes.refusal(request, rejection, admitted.replyPartition, account(request));
    out.collect(Routed.refused(request, records));
  }

  /** By what is deployed or loaded now, which may be more when it is asked again after a loss. */
  private Routed provisional(Admitted admitted, InferenceRequest request, Rejection rejection) {
    metrics.countRejected(rejection);
    var refused =
        Refused.of(request, rejection, admitted.replyPartition, account(request), requestCodec);
    return Routed.provisionally(request, refused);
  }

  private String account(InferenceRequest request) {
    return keeper.catalogue().knows(request.getModel()) ? request.getModel() : Outcomes.NO_MODEL;
  }

  private InferenceRequest decode(Admitted admitted) {
    return requestCodec.decode(admitted.requestBytes());
  }

  private void bury(DeadRecord dead, ReadOnlyContext context) {
    context.output(Sinks.BOOKS, outcomes.deadLetter(dead));
  }

  private DeadRecord duplicate(Admitted admitted, long firstSeenMs) {
    return admitted.deadRecord(
        "duplicate_request_id",
        "Request "
            + admitted.identity()
            + " came before, "
            + (clock.millis() - firstSeenMs)
            + " ms ago; the first one counts. Ids are remembered for "
            + dedupeTtl
            + " (dedupe.ttl); use a new request_id for new work.");
  }
}
