package io.streamweir.inference;

import static io.streamweir.inference.InferenceSettings.BOOTSTRAP_SERVERS;
import static io.streamweir.inference.InferenceSettings.CHECKPOINT_INTERVAL;
import static io.streamweir.inference.InferenceSettings.DEPLOYMENT;
import static io.streamweir.inference.InferenceSettings.FREEZE_LIMIT;
import static io.streamweir.inference.InferenceSettings.KAFKA_PATIENCE;
import static io.streamweir.inference.InferenceSettings.LANE_FETCH;
import static io.streamweir.inference.InferenceSettings.LANE_PARTITION_FETCH;
import static io.streamweir.inference.InferenceSettings.LANE_POLL_RECORDS;
import static io.streamweir.inference.InferenceSettings.MODEL;

import io.streamweir.config.Config;
import io.streamweir.flink.Checkpointing;
import io.streamweir.flink.KafkaSinks;
import io.streamweir.flink.OutboundRecord;
import io.streamweir.flink.SoleJob;
import io.streamweir.inference.lanes.LaneOptions;
import io.streamweir.inference.lanes.TwoLaneSource;
import io.streamweir.inference.operator.InferenceOperatorFactory;
import io.streamweir.inference.operator.InferenceOutputs;
import io.streamweir.schemas.Topics;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job of one deployment: lanes, infer, and the sinks that must be fast, chained into one task a
 * replica. The transactional sink is a task beside it, so that no token waits while a transaction
 * is committed.
 *
 * <p>There is no shuffle, so a replica is a failover region of its own: the others go on when it
 * fails.
 */
public final class InferenceJob {

  private InferenceJob() {}

  /**
   * Submits the job.
   *
   * @param arguments {@code --key value} pairs of {@link InferenceSettings#TABLE}
   * @throws IllegalStateException if the deployment has a job already
   */
  public static void main(String[] arguments) throws Exception {
    var config = InferenceSettings.TABLE.parse(arguments);
    var env = StreamExecutionEnvironment.getExecutionEnvironment();
    var deployment = config.get(DEPLOYMENT);
    SoleJob.check(
        env,
        "the work of deployment '" + deployment + "'",
        name -> name.endsWith(nameEnding(deployment)),
        "Cancel that one first, or give the deployment more replicas: ./weir rescale "
            + deployment
            + " N.");
    build(env, config);
    env.execute(name(config));
  }

  /** What the dashboard calls the job. */
  public static String name(Config config) {
    return config.get(MODEL) + nameEnding(config.get(DEPLOYMENT));
  }

  private static String nameEnding(String deployment) {
    return " (" + deployment + ")";
  }

  /** Adds the job to an environment. */
  public static void build(StreamExecutionEnvironment env, Config config) {
    build(env, config, terminalRecords(config));
  }

  /** The same with another sink of results, usage and dead letters, to compare the two. */
  public static void build(
      StreamExecutionEnvironment env, Config config, Sink<OutboundRecord> terminalRecords) {
    env.configure(
        Checkpointing.every(config.get(CHECKPOINT_INTERVAL))
            .set(StateBackendOptions.STATE_BACKEND, "hashmap"),
        InferenceJob.class.getClassLoader());
    env.setBufferTimeout(0);
    env.getConfig().enableObjectReuse();

    var sinks = sinks(config);
    var source = new TwoLaneSource(lanes(config));
    var tokens =
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "lanes")
            .uid("lanes")
            .transform(
                "infer", OutboundRecord.TYPE, new InferenceOperatorFactory(config, source.id()))
            .uid("infer");
    tokens.sinkTo(sinks.fast()).name("tokens").uid("tokens");
    KafkaSinks.inOwnTask(
            tokens.getSideOutput(InferenceOutputs.TERMINAL),
            "terminal records",
            config.get(FREEZE_LIMIT))
        .sinkTo(terminalRecords)
        .name("results+usage")
        .uid("results+usage");
    tokens
        .getSideOutput(InferenceOutputs.STATUS)
        .sinkTo(sinks.fast())
        .name("replicas")
        .uid("replicas");
  }

  /** Writes results, usage and dead letters, each exactly once. */
  public static Sink<OutboundRecord> terminalRecords(Config config) {
    return sinks(config)
        .exactlyOnce(
            "weir-inference-" + config.get(DEPLOYMENT),
            List.of(Topics.RESULTS.name(), Topics.USAGE.name(), Topics.DEAD_LETTERS.name()));
  }

  /** The kinds of sink of such a job. */
  public static KafkaSinks sinks(Config config) {
    return new KafkaSinks(config.get(BOOTSTRAP_SERVERS), config.get(KAFKA_PATIENCE));
  }

  private static LaneOptions lanes(Config config) {
    return new LaneOptions(
        config.get(BOOTSTRAP_SERVERS),
        config.get(DEPLOYMENT),
        config.get(LANE_POLL_RECORDS),
        Math.toIntExact(config.get(LANE_PARTITION_FETCH)),
        Math.toIntExact(config.get(LANE_FETCH)));
  }
}
