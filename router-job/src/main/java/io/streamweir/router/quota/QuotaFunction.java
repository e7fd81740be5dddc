package io.streamweir.router.quota;

import static io.streamweir.router.quota.LimitTable.TENANT;

import io.streamweir.router.outcome.OutcomeMetrics;
import io.streamweir.router.outcome.Outcomes;
import io.streamweir.router.outcome.Refused;
import io.streamweir.router.outcome.Rejection;
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
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.typeinfo.Types;
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
 * with a checkpoint, see {@link io.streamweir.router.routing.ProvisionalRefusals}.
 *
 * <p>A request that is one too many at a time waits a little: what ended is known only when its
 * usage record is committed. One of the offline lane, where nobody sits and waits, waits for any
 * quota and until its deadline. Those that come later wait behind it, online ones behind no offline
 * one; who finds no room to wait is refused.
 *
 * <p>Tenants without limits leave no state.
 */
public final class QuotaFunction
    extends KeyedBroadcastProcessFunction<String, Metered, LimitChange, Routed> {

  /** Declared for the connection; the content is read from the topics when a task starts. */
  public static final MapStateDescriptor<String, Integer> LIMITS =
      new MapStateDescriptor<>("limits", Types.STRING, Types.INT);

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(QuotaFunction.class);

  private static final long LOOK_AGAIN_MS = 50;

  /** One tenant's part of what may wait. */
  private static final int PART_OF_TENANT = 4;

  /** More than gateways have on their way of the batches of a tenant with quotas. */
  private static final int OFFLINE_PART_OF_TENANT = 2;

  /** How much earlier a usage record may be read than its request, after a restart. */
  private static final Duration MEMORY_OF_ENDS = Duration.ofHours(1);

  private final String bootstrapServers;
  private final String registryUrl;
  private final Duration onlinePatience;
  private final Duration offlinePatience;
  private final Duration longestRequest;
  private final long waitingBytes;
  private final Clock clock;

  private transient SchemaRegistry registry;
  private transient AvroCodec<InferenceRequest> requestCodec;
  private transient OutcomeMetrics metrics;
  private transient LimitTable limits;
  private transient MapState<String, Account> accounts;
  private transient InFlight inFlight;

  /** Requests whose end was read before their beginning. */
  private transient MapState<String, Boolean> ended;

  private transient Patience patience;
  private transient WaitingLine waiting;
  private transient WaitingLine waitingOffline;

  /**
   * @param onlinePatience see {@link Patience}, as for the next
   * @param longestRequest how long a request counts if its end does not become known
   * @param waitingBytes most of a lane's requests that wait
   */
  public QuotaFunction(
      String bootstrapServers,
      String registryUrl,
      Duration onlinePatience,
      Duration offlinePatience,
      Duration longestRequest,
      long waitingBytes,
      Clock clock) {
    this.bootstrapServers = bootstrapServers;
    this.registryUrl = registryUrl;
    this.onlinePatience = onlinePatience;
    this.offlinePatience = offlinePatience;
    this.longestRequest = longestRequest;
    this.waitingBytes = waitingBytes;
    this.clock = clock;
  }

  @Override
  public void open(OpenContext context) throws Exception {
    registry = SchemaRegistries.connect(registryUrl);
    limits = new LimitTable();
    load(Topics.TENANTS, LimitsTopic.TENANTS, TenantPolicy.class);
    load(Topics.KEYS, LimitsTopic.KEYS, ApiKey.class);
    registry.schemaOf(registry.idOf(Topics.REQUESTS.subject(), InferenceRequest.getClassSchema()));
    requestCodec = new AvroCodec<>(registry, Topics.REQUESTS.subject(), InferenceRequest.class);
    var runtime = getRuntimeContext();
    metrics = new OutcomeMetrics(runtime.getMetricGroup());
    accounts =
        runtime.getMapState(new MapStateDescriptor<>("accounts", Types.STRING, Account.TYPE));
    inFlight = new InFlight(runtime, longestRequest);
    var endedDescriptor = new MapStateDescriptor<>("ended", Types.STRING, Types.BOOLEAN);
    endedDescriptor.enableTimeToLive(StateTtlConfig.newBuilder(MEMORY_OF_ENDS).build());
    ended = runtime.getMapState(endedDescriptor);
    patience = new Patience(onlinePatience, offlinePatience, clock.millis());
    waiting = new WaitingLine(runtime, "held", waitingBytes, PART_OF_TENANT);
    waitingOffline = new WaitingLine(runtime, "held-offline", waitingBytes, OFFLINE_PART_OF_TENANT);
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
  public void processElement(Metered metered, ReadOnlyContext context, Collector<Routed> out)
      throws Exception {
    if (metered.routed == null) {
      end(metered);
    } else if (metered.routed.isRefused()) {
      out.collect(metered.routed);
    } else {
      var routed = metered.routed;
      routed.tenantWeight = limits.of(routed.tenant).weight();
      var now = clock.millis();
      decide(Held.waiting(routed, now, patience.untilMs(routed, now)), now, context, out);
    }
  }

  /** Lets a request through, or has it wait, or refuses it. */
  private void decide(Held asking, long now, ReadOnlyContext context, Collector<Routed> out)
      throws Exception {
    var routed = asking.routed;
    if (routed.deadlineMs != null && routed.deadlineMs <= now) {
      out.collect(refused(routed, Rejection.expired(routed.deadlineMs, now)));
      return;
    }
    var atMs = asking.countsAtMs(now);
    var overdraft = overdraft(routed, atMs);
    var awaited = overdraft.isPresent() ? overdraft.map(Overdraft::account) : before(routed);
    var mayWait = overdraft.isEmpty() || routed.offline || overdraft.get().soonOver();
    var line = routed.offline ? waitingOffline : waiting;
    if (awaited.isPresent()
        && mayWait
        && !patience.isOver(asking, now)
        && line.hold(asking, awaited.get())) {
      lookAgain(context);
    } else if (overdraft.isEmpty()) {
      begin(routed, atMs);
      out.collect(routed);
    } else {
      out.collect(refused(routed, overdraft.get().rejection()));
    }
  }

  /** An account for which somebody waits who comes before a request. */
  private Optional<String> before(Routed routed) throws Exception {
    var online = waiting.before(routed);
    return online.isPresent() || !routed.offline ? online : waitingOffline.before(routed);
  }

  @Override
  public void processBroadcastElement(LimitChange change, Context context, Collector<Routed> out) {
    limits.apply(change);
    LOG.info("Limits of {} are now {}", change.account, limits.of(change.account));
  }

  /** Asks again for those who wait. */
  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<Routed> out)
      throws Exception {
    askAgain(waiting, context, out);
    askAgain(waitingOffline, context, out);
  }

  private void askAgain(WaitingLine line, ReadOnlyContext context, Collector<Routed> out)
      throws Exception {
    var now = clock.millis();
    for (var each : line.leave()) {
      if (each.routed.isRefused()) {
        out.collect(each.routed);
      } else {
        decide(each, now, context, out);
      }
    }
  }

  private Optional<Overdraft> overdraft(Routed routed, long atMs) throws Exception {
    var ofTenant = limits.of(routed.tenant);
    var overdraft = overdraft(TENANT, ofTenant, whose(TENANT, routed), atMs);
    if (overdraft.isPresent() || routed.apiKey == null) {
      return overdraft;
    }
    return overdraft(routed.apiKey, keyLimits(routed), whose(routed.apiKey, routed), atMs);
  }

  private Optional<Overdraft> overdraft(String name, Limits allowed, String whose, long atMs)
      throws Exception {
    if (allowed.unlimited()) {
      return Optional.empty();
    }
    var inAMinute = account(name).overdraft(allowed, whose, name, atMs);
    var atATime = allowed.concurrentRequests();
    if (inAMinute.isPresent() || atATime.isEmpty() || hasFree(name, atATime.getAsLong())) {
      return inAMinute;
    }
    return Optional.of(Overdraft.tooManyAtATime(atATime.getAsLong(), whose, name));
  }

  private boolean hasFree(String name, long limit) throws Exception {
    if (inFlight.of(name) >= limit) {
      inFlight.forgetOld(clock.millis());
    }
    return inFlight.of(name) < limit;
  }

  private static String whose(String name, Routed routed) {
    return name.equals(TENANT) ? "Tenant " + routed.tenant : "API key " + name;
  }

  private void begin(Routed routed, long atMs) throws Exception {
    var ofTenant = limits.of(routed.tenant);
    var ofKey = routed.apiKey == null ? Limits.NONE : keyLimits(routed);
    if (!ofTenant.unlimited()) {
      begin(TENANT, atMs);
    }
    if (!ofKey.unlimited()) {
      begin(routed.apiKey, atMs);
    }
    if (ofTenant.concurrentRequests().isEmpty() && ofKey.concurrentRequests().isEmpty()) {
      return;
    }
    if (ended.contains(routed.requestId)) {
      ended.remove(routed.requestId);
    } else {
      inFlight.begin(routed.requestId, routed.apiKey, clock.millis());
    }
  }

  private void begin(String name, long atMs) throws Exception {
    var account = account(name);
    account.begin(atMs);
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
    var counted = inFlight.end(metered.requestId);
    if (!counted
        && metered.served
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

  private Account account(String name) throws Exception {
    var account = accounts.get(name);
    return account == null ? new Account() : account;
  }

  private Limits keyLimits(Routed routed) {
    return limits.of(LimitTable.account(routed.tenant, routed.apiKey));
  }

  private Routed refused(Routed routed, Rejection rejection) {
    metrics.countRejected(rejection);
    var request = requestCodec.decode(routed.request);
    return Routed.provisionally(
        request,
        Refused.of(
            request, rejection, routed.replyPartition, Outcomes.model(request), requestCodec));
  }

  private static void lookAgain(ReadOnlyContext context) {
    var timers = context.timerService();
    // One timer of a tenant per round, however many wait.
    var round = timers.currentProcessingTime() / LOOK_AGAIN_MS + 1;
    timers.registerProcessingTimeTimer(round * LOOK_AGAIN_MS);
  }
}
