package io.streamweir.router;

import static io.streamweir.router.RouterSettings.BOOTSTRAP_SERVERS;
import static io.streamweir.router.RouterSettings.CATALOGUE_GRACE;
import static io.streamweir.router.RouterSettings.CHECKPOINT_INTERVAL;
import static io.streamweir.router.RouterSettings.DEDUPE_TTL;
import static io.streamweir.router.RouterSettings.FREEZE_LIMIT;
import static io.streamweir.router.RouterSettings.KAFKA_PATIENCE;
import static io.streamweir.router.RouterSettings.MAX_PROMPT_CHARS;
import static io.streamweir.router.RouterSettings.PARALLELISM;
import static io.streamweir.router.RouterSettings.QUOTA_LONGEST_REQUEST;
import static io.streamweir.router.RouterSettings.QUOTA_OFFLINE_PATIENCE;
import static io.streamweir.router.RouterSettings.QUOTA_PATIENCE;
import static io.streamweir.router.RouterSettings.QUOTA_WAITING_SIZE;
import static io.streamweir.router.RouterSettings.REGISTRY_PATIENCE;
import static io.streamweir.router.RouterSettings.REGISTRY_URL;
import static io.streamweir.router.RouterSettings.TOKENIZE_CAPACITY;
import static io.streamweir.router.RouterSettings.TOKENIZE_TIMEOUT;

import io.streamweir.config.Config;
import io.streamweir.flink.Checkpointing;
import io.streamweir.flink.KafkaSinks;
import io.streamweir.flink.OutboundRecord;
import io.streamweir.flink.SoleJob;
import io.streamweir.router.admission.AdmissionFunction;
import io.streamweir.router.admission.Admitted;
import io.streamweir.router.journal.DispatchJournal;
import io.streamweir.router.outcome.Sinks;
import io.streamweir.router.prompt.TokenizeFunction;
import io.streamweir.router.quota.LimitChange;
import io.streamweir.router.quota.LimitsFunction;
import io.streamweir.router.quota.LimitsTopic;
import io.streamweir.router.quota.Metered;
import io.streamweir.router.quota.QuotaFunction;
import io.streamweir.router.quota.UsageFunction;
import io.streamweir.router.routing.CatalogueChange;
import io.streamweir.router.routing.CatalogueFunction;
import io.streamweir.router.routing.ProvisionalRefusals;
import io.streamweir.router.routing.ReadyFirstByHash;
import io.streamweir.router.routing.RouteFunction;
import io.streamweir.router.routing.Routed;
import io.streamweir.router.source.CommittedOrEnd;
import io.streamweir.router.source.DecodingFunction;
import io.streamweir.router.source.SourceRecord;
import io.streamweir.router.source.SourceRecordSchema;
import io.streamweir.schemas.ApiKey;
import io.streamweir.schemas.TenantPolicy;
import io.streamweir.schemas.TopicSpec;
import io.streamweir.schemas.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/**
 * The job graph: requests -> admission -> route -> quota -> refusals -> tokenize -> journal ->
 * dispatch, with the catalogue broadcast to route, and limits to quota, which hears of the end of
 * requests by their usage records. Journal and dispatch are one subtask each, whatever the
 * parallelism: the dispatch topics have one writer.
 *
 * <p>Dispatch and last chunks go out at once and at least once; results, usage and dead letters in
 * one transaction per checkpoint. The committing sink has a task of its own, since a commit takes
 * as long as several requests.
 */
public final class RouterJob {

  /** Name of the job. */
  public static final String NAME = "router";

  private static final String GROUP = "weir-router";
  private static final int MAX_PARALLELISM = 128;
  private static final int DECODE_CAPACITY = 100;

  private final Config config;

  private RouterJob(Config config) {
    this.config = config;
  }

  /**
   * Runs the job on the cluster that the environment belongs to.
   *
   * @param arguments {@code --key value} pairs of {@link RouterSettings}
   * @throws IllegalStateException if the cluster runs it already
   */
  public static void main(String[] arguments) throws Exception {
    var env = StreamExecutionEnvironment.getExecutionEnvironment();
    SoleJob.check(
        env, "the routing of requests", NAME::equals, "Cancel that one first, if it is to go.");
    build(env, RouterSettings.TABLE.parse(arguments));
    env.execute(NAME);
  }

  /** Adds the job to an environment. */
  public static void build(StreamExecutionEnvironment env, Config config) {
    new RouterJob(config).build(env);
  }

  private void build(StreamExecutionEnvironment env) {
    env.configure(options(KeyedStateHome.of(env.getConfiguration())));
    var catalogue = catalogue(env);
    var admitted = admitted(env);
    var routed =
        admitted
            .keyBy(Admitted::identity, Types.STRING)
            .connect(catalogue.broadcast(RouteFunction.CATALOGUE))
            .process(
                new RouteFunction(
                    config.get(BOOTSTRAP_SERVERS),
                    config.get(REGISTRY_URL),
                    config.get(DEDUPE_TTL),
                    config.get(CATALOGUE_GRACE),
                    config.get(TOKENIZE_TIMEOUT),
                    new ReadyFirstByHash(),
                    Clock.systemUTC()),
                Routed.TYPE)
            .name("route")
            .uid("route");
    var outcomes =
        tokenized(spread(withinQuota(routed, env)))
            .process(
                new DispatchJournal(
                    config.get(BOOTSTRAP_SERVERS),
                    config.get(DEDUPE_TTL),
                    config.get(FREEZE_LIMIT),
                    Clock.systemUTC()),
                OutboundRecord.TYPE)
            .setParallelism(1)
            .name("journal")
            .uid("journal");
    sinks(routed, outcomes);
  }

  private Configuration options(String stateBackend) {
    return Checkpointing.every(config.get(CHECKPOINT_INTERVAL))
        .set(StateBackendOptions.STATE_BACKEND, stateBackend)
        .set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true)
        .set(PipelineOptions.NAME, NAME)
        .set(PipelineOptions.GENERIC_TYPES, false)
        .set(PipelineOptions.OBJECT_REUSE, true)
        .set(PipelineOptions.AUTO_WATERMARK_INTERVAL, Duration.ZERO)
        .set(PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM)
        .set(CoreOptions.DEFAULT_PARALLELISM, config.get(PARALLELISM))
        .set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ZERO);
  }

  /**
   * Each lane has its own way to the router's state, so an online request stands behind none of a
   * batch, however long that is.
   */
  private DataStream<Admitted> admitted(StreamExecutionEnvironment env) {
    return admitted(env, Topics.REQUESTS, "")
        .union(admitted(env, Topics.REQUESTS_OFFLINE, "-offline"));
  }

  private DataStream<Admitted> admitted(
      StreamExecutionEnvironment env, TopicSpec topic, String suffix) {
    var requests =
        env.fromSource(
                source(topic, whereItStopped()),
                WatermarkStrategy.noWatermarks(),
                "requests" + suffix,
                SourceRecord.TYPE)
            .uid("requests" + suffix);
    return AsyncDataStream.unorderedWait(
            requests,
            new AdmissionFunction(
                config.get(BOOTSTRAP_SERVERS),
                config.get(REGISTRY_URL),
                config.get(REGISTRY_PATIENCE),
                config.get(MAX_PROMPT_CHARS)),
            config.get(REGISTRY_PATIENCE).toMillis(),
            TimeUnit.MILLISECONDS,
            DECODE_CAPACITY)
        .returns(Admitted.TYPE)
        .name("admission" + suffix)
        .uid("admission" + suffix);
  }

  private DataStream<CatalogueChange> catalogue(StreamExecutionEnvironment env) {
    var deployments =
        env.fromSource(
                source(Topics.DEPLOYMENTS, OffsetsInitializer.earliest()),
                WatermarkStrategy.noWatermarks(),
                "deployments",
                SourceRecord.TYPE)
            .setParallelism(1)
            .uid("deployments");
    return decoded(
            deployments,
            new CatalogueFunction(config.get(REGISTRY_URL), config.get(REGISTRY_PATIENCE)))
        .returns(CatalogueChange.TYPE)
        .setParallelism(1)
        .name("catalogue")
        .uid("catalogue");
  }

  private DataStream<Routed> withinQuota(
      DataStream<Routed> routed, StreamExecutionEnvironment env) {
    var limits =
        limits(env, Topics.TENANTS, LimitsTopic.TENANTS, TenantPolicy.class)
            .union(limits(env, Topics.KEYS, LimitsTopic.KEYS, ApiKey.class));
    return metered(routed, false)
        .union(metered(routed, true))
        .union(ended(env))
        .keyBy(Metered::tenant, Types.STRING)
        .connect(limits.broadcast(QuotaFunction.LIMITS))
        .process(
            new QuotaFunction(
                config.get(BOOTSTRAP_SERVERS),
                config.get(REGISTRY_URL),
                config.get(QUOTA_PATIENCE),
                config.get(QUOTA_OFFLINE_PATIENCE),
                config.get(QUOTA_LONGEST_REQUEST),
                config.get(QUOTA_WAITING_SIZE),
                Clock.systemUTC()),
            Routed.TYPE)
        .name("quota")
        .uid("quota")
        .transform(
            "refusals",
            Routed.TYPE,
            new ProvisionalRefusals(config.get(REGISTRY_URL), Clock.systemUTC()))
        .uid("refusals");
  }

  private static DataStream<Metered> metered(DataStream<Routed> routed, boolean offline) {
    return lane(routed, offline, "metered")
        .map(Metered::beginning)
        .returns(Metered.TYPE)
        .name("metered");
  }

  /**
   * One lane of a stream. Whoever takes both lanes from here through an exchange each serves them
   * in turns, so an online request does not stand behind a batch on its way.
   */
  private static SingleOutputStreamOperator<Routed> lane(
      DataStream<Routed> routed, boolean offline, String purpose) {
    var name = purpose + (offline ? "-offline" : "-online");
    return routed.filter(request -> request.offline == offline).name(name).uid(name);
  }

  /**
   * To all subtasks, whatever the keys were: the prompts of a large tenant are tokenized by all of
   * them.
   */
  private DataStream<Routed> spread(DataStream<Routed> routed) {
    return config.get(PARALLELISM) == 1
        ? routed
        : lane(routed, false, "spread").rebalance().union(lane(routed, true, "spread").rebalance());
  }

  /** What ended before the job was first started counts for nothing. */
  private DataStream<Metered> ended(StreamExecutionEnvironment env) {
    var usage =
        env.fromSource(
                source(Topics.USAGE, new CommittedOrEnd()),
                WatermarkStrategy.noWatermarks(),
                "usage",
                SourceRecord.TYPE)
            .uid("usage");
    return decoded(
            usage, new UsageFunction(config.get(REGISTRY_URL), config.get(REGISTRY_PATIENCE)))
        .returns(Metered.TYPE)
        .name("ended")
        .uid("ended");
  }

  private <T extends SpecificRecord> DataStream<LimitChange> limits(
      StreamExecutionEnvironment env, TopicSpec topic, LimitsTopic<T> meaning, Class<T> type) {
    var changes =
        env.fromSource(
                source(topic, OffsetsInitializer.earliest()),
                WatermarkStrategy.noWatermarks(),
                topic.name(),
                SourceRecord.TYPE)
            .setParallelism(1)
            .uid(topic.name());
    return decoded(
            changes,
            new LimitsFunction<>(
                config.get(REGISTRY_URL), config.get(REGISTRY_PATIENCE), topic, meaning, type))
        .returns(LimitChange.TYPE)
        .setParallelism(1)
        .name("limits of " + topic.name())
        .uid("limits-" + topic.name());
  }

  private <R> SingleOutputStreamOperator<R> decoded(
      DataStream<SourceRecord> records, DecodingFunction<?, R> function) {
    return AsyncDataStream.orderedWait(
        records,
        function,
        config.get(REGISTRY_PATIENCE).toMillis(),
        TimeUnit.MILLISECONDS,
        DECODE_CAPACITY);
  }

  private SingleOutputStreamOperator<OutboundRecord> tokenized(DataStream<Routed> routed) {
    return AsyncDataStream.unorderedWait(
            routed,
            new TokenizeFunction(
                config.get(BOOTSTRAP_SERVERS),
                config.get(REGISTRY_URL),
                config.get(TOKENIZE_TIMEOUT),
                Clock.systemUTC()),
            config.get(TOKENIZE_TIMEOUT).toMillis(),
            TimeUnit.MILLISECONDS,
            config.get(TOKENIZE_CAPACITY))
        .returns(OutboundRecord.TYPE)
        .name("tokenize")
        .uid("tokenize");
  }

  private void sinks(
      SingleOutputStreamOperator<Routed> routed,
      SingleOutputStreamOperator<OutboundRecord> outcomes) {
    var sinks = new KafkaSinks(config.get(BOOTSTRAP_SERVERS), config.get(KAFKA_PATIENCE));
    outcomes.sinkTo(sinks.fast()).setParallelism(1).name("dispatch").uid("dispatch");
    outcomes
        .getSideOutput(Sinks.TOKENS)
        .sinkTo(sinks.fast())
        .name("tokens (rejects)")
        .uid("tokens");
    var books = routed.getSideOutput(Sinks.BOOKS).union(outcomes.getSideOutput(Sinks.BOOKS));
    KafkaSinks.inOwnTask(books, "terminal records", config.get(FREEZE_LIMIT))
        .sinkTo(sinks.exactlyOnce(GROUP, Sinks.BOOKS_TOPICS))
        .name("results+usage")
        .uid("results+usage");
  }

  /** A job that starts without a checkpoint goes on where the last one committed. */
  @SuppressWarnings("deprecation") // the connector has no other way to say it
  private static OffsetsInitializer whereItStopped() {
    return OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST);
  }

  private KafkaSource<SourceRecord> source(TopicSpec topic, OffsetsInitializer start) {
    return KafkaSource.<SourceRecord>builder()
        .setBootstrapServers(config.get(BOOTSTRAP_SERVERS))
        .setTopics(topic.name())
        .setGroupId(GROUP)
        .setStartingOffsets(start)
        .setDeserializer(new SourceRecordSchema())
        .setProperty("isolation.level", "read_committed")
        .build();
  }
}
