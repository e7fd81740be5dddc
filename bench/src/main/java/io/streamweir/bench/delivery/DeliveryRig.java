package io.streamweir.bench.delivery;

import io.streamweir.inference.InferenceJob;
import io.streamweir.inference.InferenceSettings;
import io.streamweir.kafka.EmbeddedKafka;
import io.streamweir.kafka.EmbeddedKafkaOptions;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.registry.SchemaRegistries;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A broker and a Flink cluster in this process, so that the processor time of all of them is this
 * process's. One job at a time.
 */
final class DeliveryRig implements AutoCloseable {

  private static final int PARTITIONS = 1;

  private final EmbeddedKafka kafka;
  private final MiniCluster flink;
  private final String registryUrl = "memory:" + UUID.randomUUID();
  private final Path model;
  private JobID job;

  /**
   * @param directory of logs and checkpoints
   * @param model in Hugging Face layout
   */
  DeliveryRig(Path directory, Path model) throws Exception {
    this.model = model;
    this.kafka = EmbeddedKafka.start(EmbeddedKafkaOptions.onFreePorts(directory.resolve("kafka")));
    kafka.createTopics(Topics.FIXED.stream().map(topic -> topic.toNewTopic((short) 1)).toList());
    this.flink = new MiniCluster(cluster(directory));
    flink.start();
  }

  private static MiniClusterConfiguration cluster(Path directory) {
    var options =
        new Configuration()
            .set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                directory.resolve("checkpoints").toUri().toString())
            .set(RestOptions.BIND_PORT, "0")
            .set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(16))
            .set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(16));
    return new MiniClusterConfiguration.Builder()
        .setConfiguration(options)
        .setNumTaskManagers(1)
        .setNumSlotsPerTaskManager(1)
        .build();
  }

  /** Creates the dispatch topics of a deployment. */
  void createTopics(String deployment) {
    kafka.createTopics(
        Stream.of(Lane.values())
            .map(lane -> Topics.dispatch(deployment, lane, PARTITIONS).toNewTopic((short) 1))
            .toList());
  }

  /** Starts the job of a deployment; its requests wait in Kafka until it runs. */
  void start(String deployment, ResultsSink sink) throws InterruptedException, ExecutionException {
    var config =
        InferenceSettings.TABLE.parse(
            Map.of(
                "kafka.bootstrap.servers",
                kafka.bootstrapServers(),
                "schema.registry.url",
                registryUrl,
                "deployment",
                deployment,
                "model",
                deployment,
                "model.path",
                model.toString()));
    var env = StreamExecutionEnvironment.getExecutionEnvironment(new Configuration());
    env.setParallelism(1);
    InferenceJob.build(env, config, sink.of(config));
    job = flink.submitJob(env.getStreamGraph().getJobGraph()).get().getJobID();
  }

  void stop() throws InterruptedException, ExecutionException {
    flink.cancelJob(job).get();
    flink.requestJobResult(job).get();
  }

  String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  SchemaRegistry registry() {
    return SchemaRegistries.connect(registryUrl);
  }

  @Override
  public void close() throws Exception {
    flink.close();
    kafka.close();
  }
}
