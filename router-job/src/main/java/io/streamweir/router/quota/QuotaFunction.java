package io.streamweir.router.quota;

import io.streamweir.router.outcome.OutcomeMetrics;
import io.streamweir.router.outcome.Outcomes;
import io.streamweir.router.routing.Routed;
import io.streamweir.router.source.TopicSnapshot;
import io.streamweir.schemas.ApiKey;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.TenantPolicy;
import io.streamweir.schemas.TopicSpec;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import io.streamweir.schemas.registry.SchemaRegistries;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets each tenant, and each of its API keys, take what their quotas allow. Keyed by tenant, so
 * that all requests of a tenant meet here, through whatever gateways or producers they came.
 *
 * <p>A request counts at the time that the log has for it; its tokens count when its usage record
 * comes, and with that it ends. So what is counted is the same whenever it is counted again. Only
 * the order of requests of different partitions may differ then, and who is refused with it. What
 * was let through before stands in the dispatch log and stays let through; and a refusal is told
 * only when a checkpoint holds it, so nobody hears of one that is decided otherwise later.
 *
 * <p>A request that is one too many at a time waits a little: what ended is known only when its
 * usage record is committed.
 *
 * <p>Tenants without limits leave no state.
 */
public final class QuotaFunction
    extends KeyedBroadcastProcessFunction<String, Metered, LimitChange, Routed>
    implements CheckpointedFunction, CheckpointListener {

  /** Declared for the connection; the content is read from the topics when a task starts. */
  public static final MapStateDescriptor<String, Integer> LIMITS =
      new MapStateDescriptor<>("limits", Types.STRING, Types.INT);

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(QuotaFunction.class);

  private static final long LOOK_AGAIN_MS = 50;

  /** How much earlier a usage record may be read than its request, after a restart. */
  private static final Duration MEMORY_OF_ENDS = Duration.ofHours(1);

  /** Stands for the tenant among the names of its keys. */
  private static final String TENANT = "";

  private final String bootstrapServers;
  private final String registryUrl;
  private final Duration patience;
  private final Clock clock;

  private transient SchemaRegistry registry;
  private transient AvroCodec<InferenceRequest> requestCodec;
  private transient Outcomes outcomes;
  private transient OutcomeMetrics metrics;
  private transient LimitTable limits;
  private transient MapState<String, Account> accounts;

  /** Requests that count as concurrent, with the name of their key or {@link #TENANT}. */
  private transient MapState<String, String> inFlight;

  /** Requests whose end was read before their beginning. */
  private transient MapState<String, Boolean> ended;

  private transient ListState<Held> held;
  private transient long begunCheckpoint;
  private transient long completedCheckpoint;

  /**
   * @param patience how long a request waits that is one too many at a time
   */
  public QuotaFunction(
      String bootstrapServers, String registryUrl, Duration patience, Clock clock) {
    this.bootstrapServers = bootstrapServers;
    this.registryUrl = registryUrl;
    this.patience = patience;
    this.clock = clock;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) {
    completedCheckpoint = context.getRestoredCheckpointId().orElse(0);
    begunCheckpoint = completedCheckpoint;
    registry = SchemaRegistries.connect(registryUrl);
    limits = new LimitTable();
    load(Topics.TENANTS, LimitsTopic.TENANTS, TenantPolicy.class);
    load(Topics.KEYS, LimitsTopic.KEYS, ApiKey.class);
  }

  private <T extends SpecificRecord> void load(
      TopicSpec topic, LimitsTopic<T> meaning, Class<T> type) {
    var codec = new AvroCodec<>(registry, topic.subject(), type);
    for (var record : TopicSnapshot.read(bootstrapServers, topic)) {
      try {
        LimitsFunction.change(record, codec, meaning).forEach(limits::apply);
      } catch (UndecodableRecordException e) {
        LOG.warn("Record {} is ignored, its limits do not hold: {}", record, e.getMessage());
      }
    }
  }

  @Override
  public void open(OpenContext context) throws Exception {
    registry.schemaOf(registry.idOf(Topics.REQUESTS.subject(), InferenceRequest.getClassSchema()));
    requestCodec = new AvroCodec<>(registry, Topics.REQUESTS.subject(), InferenceRequest.class);
    outcomes = new Outcomes(registry, clock, clock.millis());
    var runtime = getRuntimeContext();
    metrics = new OutcomeMetrics(runtime.getMetricGroup());
    accounts =
        runtime.getMapState(new MapStateDescriptor<>("accounts", Types.STRING, Account.TYPE));
    inFlight =
        runtime.getMapState(new MapStateDescriptor<>("in-flight", Types.STRING, Types.STRING));
    var endedDescriptor = new MapStateDescriptor<>("ended", Types.STRING, Types.BOOLEAN);
    endedDescriptor.enableTimeToLive(StateTtlConfig.newBuilder(MEMORY_OF_ENDS).build());
    ended = runtime.getMapState(endedDescriptor);
    held = runtime.getListState(new ListStateDescriptor<>("held", Held.TYPE));
  }

  @Override
  public void processElement(Metered metered, ReadOnlyContext context, Collector<Routed> out)
      throws Exception {
    if (metered.routed == null) {
      end(metered);
      return;
    }
    var routed = metered.routed;
    if (routed.refusal != null) {
      out.collect(routed);
      return;
    }
    routed.tenantWeight = limits.of(routed.tenant).weight();
    var rejection = refusal(routed);
    if (rejection.isEmpty()) {
      begin(routed);
      out.collect(routed);
    } else {
      held.add(
          rejection.get().waits()
              ? Held.waiting(routed, clock.millis() + patience.toMillis())
              : refused(routed, rejection.get()));
      lookAgain(context);
    }
  }

  @Override
  public void processBroadcastElement(LimitChange change, Context context, Collector<Routed> out) {
    limits.apply(change);
    LOG.info("Limits of {} are now {}", change.account, limits.of(change.account));
  }

  /** Tells the refusals that a checkpoint holds by now, and asks again for those who wait. */
  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<Routed> out)
      throws Exception {
    var left = new ArrayList<Held>();
    for (var each : held.get()) {
      if (each.isRefused()) {
        tell(each, left, out);
      } else {
        askAgain(each, left, out);
      }
    }
    held.update(left);
    if (!left.isEmpty()) {
      lookAgain(context);
    }
  }

  private void tell(Held refusal, List<Held> left, Collector<Routed> out) {
    if (refusal.checkpointBefore < completedCheckpoint) {
      out.collect(refusal.routed);
    } else {
      left.add(refusal);
    }
  }

  private void askAgain(Held waiting, List<Held> left, Collector<Routed> out) throws Exception {
    var rejection = refusal(waiting.routed);
    if (rejection.isEmpty()) {
      begin(waiting.routed);
      out.collect(waiting.routed);
    } else if (rejection.get().waits() && clock.millis() < waiting.untilMs) {
      left.add(waiting);
    } else {
      left.add(refused(waiting.routed, rejection.get()));
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) {
    begunCheckpoint = context.getCheckpointId();
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) {
    completedCheckpoint = Math.max(completedCheckpoint, checkpointId);
  }

  private Optional<Overdraft> refusal(Routed routed) throws Exception {
    var refusal = refusal(TENANT, limits.of(routed.tenant), "Tenant " + routed.tenant, routed);
    if (refusal.isPresent() || routed.apiKey == null) {
      return refusal;
    }
    return refusal(routed.apiKey, keyLimits(routed), "API key " + routed.apiKey, routed);
  }

  private Optional<Overdraft> refusal(String name, Limits allowed, String whose, Routed routed)
      throws Exception {
    if (allowed.unlimited()) {
      return Optional.empty();
    }
    return account(name).refusal(allowed, whose, routed.requestedAtMs);
  }

  private void begin(Routed routed) throws Exception {
    var ofTenant = limits.of(routed.tenant);
    var ofKey = routed.apiKey == null ? Limits.NONE : keyLimits(routed);
    var concurrent =
        ofTenant.concurrentRequests().isPresent() || ofKey.concurrentRequests().isPresent();
    var over = concurrent && ended.contains(routed.requestId);
    if (!ofTenant.unlimited()) {
      begin(TENANT, routed, concurrent && !over);
    }
    if (!ofKey.unlimited()) {
      begin(routed.apiKey, routed, concurrent && !over);
    }
    if (over) {
      ended.remove(routed.requestId);
    } else if (concurrent) {
      inFlight.put(routed.requestId, routed.apiKey == null ? TENANT : routed.apiKey);
    }
  }

  private void begin(String name, Routed routed, boolean concurrent) throws Exception {
    var account = account(name);
    account.begin(routed.requestedAtMs);
    account.inFlight += concurrent ? 1 : 0;
    accounts.put(name, account);
  }

  /** A request that was never let through here has nothing to give back. */
  private void end(Metered metered) throws Exception {
    var ofTenant = limits.of(metered.tenant);
    var key = metered.apiKey;
    var ofKey = key == null ? Limits.NONE : limits.of(LimitTable.account(metered.tenant, key));
    if (ofTenant.tokensPerMinute().isPresent()) {
      spend(TENANT, metered);
    }
    if (ofKey.tokensPerMinute().isPresent()) {
      spend(key, metered);
    }
    var counted = inFlight.get(metered.requestId);
    if (counted != null) {
      inFlight.remove(metered.requestId);
      release(TENANT);
      if (!counted.equals(TENANT)) {
        release(counted);
      }
    } else if (metered.served
        && (ofTenant.concurrentRequests().isPresent() || ofKey.concurrentRequests().isPresent())) {
      ended.put(metered.requestId, true);
    }
  }

  private void spend(String name, Metered metered) throws Exception {
    if (metered.tokens > 0) {
      var account = account(name);
      account.spend(metered.endedAtMs, metered.tokens);
      accounts.put(name, account);
    }
  }

  private void release(String name) throws Exception {
    var account = accounts.get(name);
    if (account != null && account.inFlight > 0) {
      account.inFlight--;
      accounts.put(name, account);
    }
  }

  private Account account(String name) throws Exception {
    var account = accounts.get(name);
    return account == null ? new Account() : account;
  }

  private Limits keyLimits(Routed routed) {
    return limits.of(LimitTable.account(routed.tenant, routed.apiKey));
  }

  private Held refused(Routed routed, Overdraft overdraft) {
    metrics.countRejected(overdraft.rejection());
    var request = requestCodec.decode(routed.request);
    var records = outcomes.refusal(request, overdraft.rejection(), routed.replyPartition);
    return Held.refused(Routed.refused(request, records), begunCheckpoint);
  }

  private static void lookAgain(ReadOnlyContext context) {
    var timers = context.timerService();
    // One timer of a tenant per round, however many are held.
    var round = timers.currentProcessingTime() / LOOK_AGAIN_MS + 1;
    timers.registerProcessingTimeTimer(round * LOOK_AGAIN_MS);
  }
}
