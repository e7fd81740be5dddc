package io.streamweir.router;

import io.streamweir.kafka.EmbeddedKafka;
import io.streamweir.kafka.EmbeddedKafkaOptions;
import io.streamweir.schemas.Deployment;
import io.streamweir.schemas.DeploymentState;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TopicSpec;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.RpcOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CompletedCheckpointStats;
import org.apache.flink.runtime.checkpoint.TaskStateStats;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker, a Flink cluster and the routing job, all real, in this process. */
final class RouterRig implements AutoCloseable {

  static final Path MODEL = Path.of("../models/support-intents").toAbsolutePath().normalize();
  static final String MODEL_NAME = "support-intents";
  static final String DEPLOYMENT = "support-intents-cpu";

  private static final int SLOTS = 4;

  /** For what takes moments on a machine that has nothing else to do. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  private final EmbeddedKafkaOptions broker;
  private final MiniCluster flink;
  private final String registryUrl;
  private final SchemaRegistry registry;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AvroCodec<InferenceRequest> requestCodec;
  private final AvroCodec<Deployment> deploymentCodec;
  private final Map<String, String> settings = new HashMap<>();
  private EmbeddedKafka kafka;
  private RouterLog log;
  private JobID job;
  private int taskManager;

  private RouterRig(EmbeddedKafkaOptions broker, MiniCluster flink, String registryUrl) {
    this.broker = broker;
    this.kafka = EmbeddedKafka.start(broker);
    this.flink = flink;
    this.registryUrl = registryUrl;
    this.registry = SchemaRegistries.connect(registryUrl);
    var brokers = Map.<String, Object>of("bootstrap.servers", kafka.bootstrapServers());
    this.admin = Admin.create(brokers);
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "linger.ms",
                0,
                "max.request.size",
                Topics.MAX_RECORD_BYTES),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.requestCodec =
        new AvroCodec<>(registry, Topics.REQUESTS.subject(), InferenceRequest.class);
    this.deploymentCodec =
        new AvroCodec<>(registry, Topics.DEPLOYMENTS.subject(), Deployment.class);
  }

  /** With topics, and nothing deployed; the job is not started. */
  static RouterRig start(Path directory) throws Exception {
    return start(directory, "memory:" + UUID.randomUUID());
  }

  static RouterRig start(Path directory, String registryUrl) throws Exception {
    var broker = EmbeddedKafkaOptions.onFreePorts(directory.resolve("kafka"));
    var checkpoints = directory.resolve("checkpoints").toUri().toString();
    var options =
        new Configuration()
            .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints)
            .set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay")
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100))
            .set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE)
            .set(RpcOptions.ASK_TIMEOUT_DURATION, PATIENCE);
    var flink =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(options)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(SLOTS)
                .withRandomPorts()
                .build());
    flink.start();
    var rig = new RouterRig(broker, flink, registryUrl);
    rig.createTopics(Topics.FIXED);
    rig.log = new RouterLog(rig.kafka.bootstrapServers(), rig.registry);
    return rig.with("checkpoint.interval", "200 ms")
        .with("parallelism", "2")
        .with("freeze.limit", "30 s");
  }

  /** A setting of the jobs that are started from now on. */
  RouterRig with(String key, String value) {
    settings.put(key, value);
    return this;
  }

  RouterRig startJob() throws Exception {
    return startJob(SavepointRestoreSettings.none());
  }

  /** Starts the job with the state of a savepoint. */
  RouterRig startJob(String savepoint) throws Exception {
    return startJob(SavepointRestoreSettings.forPath(savepoint));
  }

  private RouterRig startJob(SavepointRestoreSettings from) throws Exception {
    return startJob(from, new Configuration());
  }

  /**
   * @param others options that the job does not choose itself
   */
  private RouterRig startJob(SavepointRestoreSettings from, Configuration others) throws Exception {
    settings.put("kafka.bootstrap.servers", kafka.bootstrapServers());
    settings.put("schema.registry.url", registryUrl);
    var config = RouterSettings.TABLE.parse(settings);
    var environment =
        new Configuration()
            .set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    SavepointRestoreSettings.toConfiguration(from, environment);
    var env = new StreamExecutionEnvironment(environment);
    // The first checkpoint comes after a random part of the interval, but not before this pause.
    env.getCheckpointConfig()
        .setMinPauseBetweenCheckpoints(config.get(RouterSettings.CHECKPOINT_INTERVAL).toMillis());
    RouterJob.build(env, config);
    env.configure(others);
    var graph = env.getStreamGraph().getJobGraph();
    job = flink.submitJob(graph).get().getJobID();
    return this;
  }

  /** Starts the job as releases did that kept its state on the heap. */
  RouterRig startJobOnHeap() throws Exception {
    return startJob(
        SavepointRestoreSettings.none(),
        new Configuration().set(StateBackendOptions.STATE_BACKEND, KeyedStateHome.HEAP));
  }

  /** Stops the job with a savepoint in a directory of its own below the target. */
  void stopWithSavepoint(Path target) throws Exception {
    awaitRunning();
    var uri = target.toUri().toString();
    flink.stopWithSavepoint(job, uri, false, SavepointFormatType.CANONICAL).get();
    flink.requestJobResult(job).get();
  }

  RouterRig cancelJob() throws Exception {
    flink.cancelJob(job).get();
    flink.requestJobResult(job).get();
    return this;
  }

  /** As if the job was lost after a checkpoint of which it never heard: it has told nothing. */
  String cancelJobWithSavepoint(Path directory) throws Exception {
    awaitRunning();
    var savepoint =
        flink
            .triggerSavepoint(job, directory.toString(), true, SavepointFormatType.CANONICAL)
            .get();
    flink.requestJobResult(job).get();
    return savepoint;
  }

  JobStatus jobStatus() throws Exception {
    return flink.getJobStatus(job).get();
  }

  /** How often the first subtask of the job has been started anew. */
  int restarts() throws Exception {
    var subtasks = flink.getExecutionGraph(job).get().getAllExecutionVertices();
    return subtasks.iterator().next().getCurrentExecutionAttempt().getAttemptNumber();
  }

  /** Has the job make a checkpoint, once all its tasks run; what was read before is in it. */
  void checkpoint() throws Exception {
    awaitRunning();
    flink.triggerCheckpoint(job, CheckpointType.DEFAULT).get();
  }

  /** Where the last checkpoint lies. */
  String lastCheckpoint() throws Exception {
    return latestCheckpoint().getExternalPath();
  }

  /** What the last checkpoint held, and wrote, of the task that begins with an operator. */
  TaskStateStats lastCheckpointOf(String operator) throws Exception {
    for (var task : flink.getExecutionGraph(job).get().getAllVertices().values()) {
      if (task.getName().startsWith(operator + " ")) {
        return latestCheckpoint().getTaskStateStats(task.getJobVertexId());
      }
    }
    throw new IllegalArgumentException("The job has no task that begins with " + operator);
  }

  private CompletedCheckpointStats latestCheckpoint() throws Exception {
    var statistics = flink.getExecutionGraph(job).get().getCheckpointStatsSnapshot();
    return statistics.getHistory().getLatestCompletedCheckpoint();
  }

  /** The name of the state backend of the job, once it runs. */
  String stateBackend() throws Exception {
    awaitRunning();
    return flink.getExecutionGraph(job).get().getStateBackendName().orElseThrow();
  }

  private void awaitRunning() throws Exception {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isRunning()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("A task of the job does not run after " + PATIENCE);
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  private boolean isRunning() throws Exception {
    if (jobStatus() != JobStatus.RUNNING) {
      return false;
    }
    for (var subtask : flink.getExecutionGraph(job).get().getAllExecutionVertices()) {
      if (subtask.getExecutionState() != ExecutionState.RUNNING) {
        return false;
      }
    }
    return true;
  }

  /** The broker is away, until it is started again. */
  void stopBroker() {
    kafka.close();
  }

  /** The broker is back at the same address, with all that it had. */
  void startBroker() {
    kafka = EmbeddedKafka.start(broker);
  }

  /** Takes the only TaskManager away and brings another. */
  void replaceTaskManager() throws Exception {
    flink.terminateTaskManager(taskManager).get();
    flink.startTaskManager();
    taskManager++;
  }

  /** A deployment of the demo model, ready, with its topics. */
  static Deployment.Builder deployment() {
    return Deployment.newBuilder()
        .setName(DEPLOYMENT)
        .setModel(MODEL_NAME)
        .setModelPath(MODEL.toString())
        .setMaxModelLen(128)
        .setDispatchPartitions(2)
        .setState(DeploymentState.READY)
        .setVersion(1);
  }

  /** Creates the dispatch topics, then writes the catalogue entry. */
  RouterRig deploy(Deployment deployment) throws Exception {
    return createDispatchTopics(deployment).publish(deployment);
  }

  RouterRig createDispatchTopics(Deployment deployment) {
    createTopics(
        Stream.of(Lane.values())
            .map(
                lane ->
                    Topics.dispatch(deployment.getName(), lane, deployment.getDispatchPartitions()))
            .toList());
    return this;
  }

  private void createTopics(List<TopicSpec> topics) {
    kafka.createTopics(topics.stream().map(topic -> topic.toNewTopic((short) 1)).toList());
  }

  /** Writes a catalogue entry. */
  RouterRig publish(Deployment deployment) throws Exception {
    return send(
        Topics.DEPLOYMENTS.name(),
        deployment.getName().getBytes(StandardCharsets.UTF_8),
        deploymentCodec.encode(deployment));
  }

  /** Writes any record. */
  <T extends SpecificRecord> RouterRig publish(TopicSpec topic, String key, T value)
      throws Exception {
    @SuppressWarnings("unchecked")
    var type = (Class<T>) value.getClass();
    var codec = new AvroCodec<>(registry, topic.subject(), type);
    return send(topic.name(), key.getBytes(StandardCharsets.UTF_8), codec.encode(value));
  }

  RouterRig unpublish(String deployment) throws Exception {
    return send(Topics.DEPLOYMENTS.name(), deployment.getBytes(StandardCharsets.UTF_8), null);
  }

  RouterRig send(InferenceRequest request) throws Exception {
    var key = new RequestKey(request.getTenant(), request.getRequestId());
    return sendRaw(key.bytes(), requestCodec.encode(request));
  }

  RouterRig sendRaw(byte[] key, byte[] value) throws Exception {
    return send(Topics.REQUESTS.name(), key, value);
  }

  private RouterRig send(String topic, byte[] key, byte[] value) throws Exception {
    producer.send(new ProducerRecord<>(topic, key, value)).get();
    return this;
  }

  /** Sends without waiting for the broker. */
  void sendAll(List<InferenceRequest> requests) {
    sendAll(Topics.REQUESTS, requests);
  }

  /** Sends to where batches belong, without waiting for the broker. */
  void sendBatch(List<InferenceRequest> requests) {
    sendAll(Topics.REQUESTS_OFFLINE, requests);
  }

  private void sendAll(TopicSpec topic, List<InferenceRequest> requests) {
    for (var request : requests) {
      var key = new RequestKey(request.getTenant(), request.getRequestId());
      producer.send(new ProducerRecord<>(topic.name(), key.bytes(), requestCodec.encode(request)));
    }
    producer.flush();
  }

  /**
   * Blocks until the job, and none before it, has committed the offsets of all requests that are on
   * the topic.
   *
   * <p>The source commits when its poll returns, and while nothing comes that takes ten seconds. So
   * something comes, which ends as dead letters.
   */
  void awaitCommittedOffsets() throws Exception {
    sendToEachPartition();
    var sent = sent();
    checkpoint();
    while (!hasReached(committed(), sent)) {
      sendToEachPartition();
      TimeUnit.MILLISECONDS.sleep(50); // who has to read them has other things to do as well
    }
  }

  /**
   * Blocks until a checkpoint holds all requests that are on the topic, which takes ten seconds.
   */
  void awaitRead() throws Exception {
    checkpoint();
    while (!hasReached(committed(), sent())) {
      Thread.onSpinWait();
    }
  }

  private void sendToEachPartition() throws Exception {
    for (int partition = 0; partition < Topics.REQUESTS.partitions(); partition++) {
      producer
          .send(new ProducerRecord<>(Topics.REQUESTS.name(), partition, null, new byte[0]))
          .get();
    }
  }

  private static boolean hasReached(Map<Integer, Long> committed, Map<Integer, Long> sent) {
    return sent.entrySet().stream()
        .allMatch(entry -> committed.getOrDefault(entry.getKey(), 0L) >= entry.getValue());
  }

  private Map<Integer, Long> committed() throws Exception {
    var offsets =
        admin.listConsumerGroupOffsets("weir-router").partitionsToOffsetAndMetadata().get();
    return offsets.entrySet().stream()
        .filter(entry -> entry.getKey().topic().equals(Topics.REQUESTS.name()))
        .filter(entry -> entry.getValue().offset() > 0)
        .collect(Collectors.toMap(e -> e.getKey().partition(), e -> e.getValue().offset()));
  }

  private Map<Integer, Long> sent() throws Exception {
    return admin.listOffsets(latest(Topics.REQUESTS)).all().get().entrySet().stream()
        .filter(entry -> entry.getValue().offset() > 0)
        .collect(Collectors.toMap(e -> e.getKey().partition(), e -> e.getValue().offset()));
  }

  private static Map<TopicPartition, OffsetSpec> latest(TopicSpec topic) {
    return IntStream.range(0, topic.partitions())
        .mapToObj(i -> new TopicPartition(topic.name(), i))
        .collect(Collectors.toMap(Function.identity(), p -> OffsetSpec.latest()));
  }

  AvroCodec<InferenceRequest> requestCodec() {
    return requestCodec;
  }

  SchemaRegistry registry() {
    return registry;
  }

  String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  RouterLog log() {
    return log;
  }

  @Override
  public void close() throws Exception {
    var closing = new ArrayList<AutoCloseable>(List.of(producer, admin, log, flink, kafka));
    for (var closeable : closing) {
      closeable.close();
    }
  }
}
