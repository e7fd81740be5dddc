package io.streamweir.inference.testing;

import io.streamweir.inference.InferenceJob;
import io.streamweir.inference.InferenceSettings;
import io.streamweir.kafka.EmbeddedKafka;
import io.streamweir.kafka.EmbeddedKafkaOptions;
import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.ControlAction;
import io.streamweir.schemas.ControlCommand;
import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.dispatch.RouterIncarnation;
import io.streamweir.schemas.registry.InMemorySchemaRegistry;
import io.streamweir.schemas.registry.SchemaRegistries;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.RpcOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionJobVertex;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A real broker and a real Flink cluster in this JVM, and the means to run deployments on them. */
public final class InferenceRig implements AutoCloseable {

  /** Of each dispatch topic. */
  public static final int PARTITIONS = 4;

  /** For what takes moments on a machine that has nothing else to do. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** As many checkpoints as a test may want to fail; there are ten a second. */
  private static final int BROKEN_CHECKPOINTS = 3000;

  /** What the directory of a checkpoint is called, with its number behind. */
  private static final String CHECKPOINT = "chk-";

  private final Path directory;
  private final EmbeddedKafkaOptions broker;
  private final MiniCluster flink;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;
  private final String registryUrl = "memory:" + UUID.randomUUID();
  private final SchemaRegistry registry = SchemaRegistries.connect(registryUrl);
  private final AvroCodec<DispatchedRequest> dispatchedCodec =
      new AvroCodec<>(registry, Topics.DISPATCH_SUBJECT, DispatchedRequest.class);
  private final AvroCodec<TokenChunk> tokenCodec =
      new AvroCodec<>(registry, Topics.TOKENS.subject(), TokenChunk.class);
  private final AvroCodec<ControlCommand> controlCodec =
      new AvroCodec<>(registry, Topics.CONTROL.subject(), ControlCommand.class);

  private EmbeddedKafka kafka;

  public InferenceRig(Path directory) throws Exception {
    this.directory = directory;
    broker = EmbeddedKafkaOptions.onFreePorts(directory.resolve("kafka"));
    kafka = EmbeddedKafka.start(broker);
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "linger.ms", 0),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    kafka.createTopics(Topics.FIXED.stream().map(topic -> topic.toNewTopic((short) 1)).toList());
    flink = startFlink(directory);
  }

  private static MiniCluster startFlink(Path directory) throws Exception {
    var configuration = new Configuration();
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY, directory.resolve("checkpoints").toUri() + "");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(50));
    configuration.set(RestOptions.BIND_PORT, "0");
    configuration.set(RpcOptions.ASK_TIMEOUT_DURATION, PATIENCE);
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(16));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(16));
    var cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(16)
                .build());
    cluster.start();
    return cluster;
  }

  /** Creates the dispatch topics of a deployment. */
  public void createDispatchTopics(String deployment) throws Exception {
    kafka.createTopics(
        List.of(
            Topics.dispatch(deployment, Lane.ONLINE, PARTITIONS).toNewTopic((short) 1),
            Topics.dispatch(deployment, Lane.OFFLINE, PARTITIONS).toNewTopic((short) 1)));
  }

  /**
   * Runs the job of a deployment.
   *
   * @param savepoint null to start with nothing
   * @param stepMicros length of an engine step
   * @param settings of the job, and of Flink where the key begins with {@code execution.}
   */
  public JobID run(
      String deployment,
      int parallelism,
      String savepoint,
      int stepMicros,
      Map<String, String> settings)
      throws Exception {
    var values =
        new HashMap<>(
            Map.of(
                "kafka.bootstrap.servers",
                kafka.bootstrapServers(),
                "schema.registry.url",
                registryUrl,
                "checkpoint.interval",
                "100 ms",
                "status.interval",
                "100 ms",
                "freeze.limit",
                "30 s",
                "deployment",
                deployment,
                "model",
                "scripted-model",
                "model.path",
                "/scripted/" + stepMicros,
                "engine",
                ScriptedEngineProvider.NAME));
    var flinkSettings = new Configuration();
    settings.forEach(
        (key, value) -> {
          if (key.startsWith("execution.")) {
            flinkSettings.setString(key, value);
          } else {
            values.put(key, value);
          }
        });
    var env = StreamExecutionEnvironment.getExecutionEnvironment(flinkSettings);
    env.setParallelism(parallelism);
    env.setMaxParallelism(8);
    InferenceJob.build(env, InferenceSettings.TABLE.parse(values));
    var graph = env.getStreamGraph().getJobGraph();
    if (savepoint != null) {
      graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(savepoint));
    }
    flink.submitJob(graph).get();
    return graph.getJobID();
  }

  /** Stops a job; returns the path of the savepoint. */
  public String stopWithSavepoint(JobID job) throws Exception {
    return stopWithSavepoint(job, directory.resolve("savepoints"));
  }

  /** Stops a job with a savepoint in a directory of its own below the target. */
  public String stopWithSavepoint(JobID job, Path target) throws Exception {
    awaitRunning(job);
    var savepoint =
        flink
            .stopWithSavepoint(job, target.toUri().toString(), false, SavepointFormatType.CANONICAL)
            .get();
    flink.requestJobResult(job).get();
    return savepoint;
  }

  /**
   * Ends a job in the moment between a savepoint and its commit; returns the path of the savepoint.
   */
  public String cancelBeforeCommit(JobID job) throws Exception {
    awaitRunning(job);
    var target = directory.resolve("savepoints").toUri().toString();
    var savepoint = flink.triggerSavepoint(job, target, true, SavepointFormatType.CANONICAL).get();
    flink.requestJobResult(job).get();
    return savepoint;
  }

  /** Aborts what a deployment was to commit, as the broker does after transaction.timeout.ms. */
  public void abortTransactions(String deployment) throws Exception {
    for (var transaction : admin.listTransactions().all().get()) {
      if (transaction.transactionalId().startsWith("weir-inference-" + deployment)
          && transaction.state() == TransactionState.ONGOING) {
        admin.forceTerminateTransaction(transaction.transactionalId()).result().get();
      }
    }
  }

  public void cancelJob(JobID job) throws Exception {
    flink.cancelJob(job).get();
    flink.requestJobResult(job).get();
  }

  /** The broker is away, until it is started again. */
  public void stopBroker() {
    kafka.close();
  }

  /** The broker is back at the same address, with all that it had. */
  public void startBroker() {
    kafka = EmbeddedKafka.start(broker);
  }

  /** How often the replicas of a job have been started anew, in all. */
  public int restarts(JobID job) throws Exception {
    return Arrays.stream(inferring(job).getTaskVertices())
        .mapToInt(task -> task.getCurrentExecutionAttempt().getAttemptNumber())
        .sum();
  }

  private AccessExecutionJobVertex inferring(JobID job) throws Exception {
    return flink.getExecutionGraph(job).get().getAllVertices().values().stream()
        .filter(vertex -> vertex.getName().contains("infer"))
        .findAny()
        .orElseThrow();
  }

  public long completedCheckpoints(JobID job) throws Exception {
    return flink
        .getExecutionGraph(job)
        .get()
        .getCheckpointStatsSnapshot()
        .getCounts()
        .getNumberOfCompletedCheckpoints();
  }

  public long failedCheckpoints(JobID job) throws Exception {
    return flink
        .getExecutionGraph(job)
        .get()
        .getCheckpointStatsSnapshot()
        .getCounts()
        .getNumberOfFailedCheckpoints();
  }

  /**
   * No checkpoint of the job that begins from now on can be written: there is a file where its
   * directory would be. The job must have made one.
   */
  public void breakCheckpoints(JobID job) throws Exception {
    var next = lastCheckpoint(job) + 1;
    for (long number = next; number < next + BROKEN_CHECKPOINTS; number++) {
      try {
        Files.createFile(checkpoints(job).resolve(CHECKPOINT + number));
      } catch (FileAlreadyExistsException e) {
        continue; // it has begun meanwhile
      }
    }
  }

  private long lastCheckpoint(JobID job) throws Exception {
    try (var files = Files.list(checkpoints(job))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(CHECKPOINT))
          .mapToLong(name -> Long.parseLong(name.substring(CHECKPOINT.length())))
          .max()
          .orElseThrow();
    }
  }

  /** Checkpoints of the job can be written again. */
  public void mendCheckpoints(JobID job) throws Exception {
    try (var files = Files.list(checkpoints(job))) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }

  private Path checkpoints(JobID job) {
    return directory.resolve("checkpoints").resolve(job.toHexString());
  }

  /** Has the job make a checkpoint, once all its tasks run. */
  public void triggerCheckpoint(JobID job) throws Exception {
    awaitRunning(job);
    flink.triggerCheckpoint(job).get();
  }

  private void awaitRunning(JobID job) throws Exception {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isRunning(job)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("Not all tasks of job " + job + " run");
      }
    }
  }

  private boolean isRunning(JobID job) throws Exception {
    for (var subtask : flink.getExecutionGraph(job).get().getAllExecutionVertices()) {
      if (subtask.getExecutionState() != ExecutionState.RUNNING) {
        return false;
      }
    }
    return true;
  }

  /** Names of the vertices of a job: one per chain. */
  public Set<String> vertices(JobID job) throws Exception {
    return flink.getExecutionGraph(job).get().getAllVertices().values().stream()
        .map(vertex -> vertex.getName())
        .collect(Collectors.toSet());
  }

  public void send(List<Request> requests) throws Exception {
    for (var request : requests) {
      send(request);
    }
    producer.flush();
  }

  private void send(Request request) {
    send(request.dispatched());
  }

  /** To the lane that it names; does not wait for the acknowledgement. */
  public void send(DispatchedRequest request) {
    var topic = Topics.dispatchName(request.getDeployment(), request.getLane());
    var key = new RequestKey(request.getTenant(), request.getRequestId());
    producer.send(new ProducerRecord<>(topic, key.bytes(), dispatchedCodec.encode(request)));
  }

  /** As a run of the router that writes its incarnation to its records. */
  public void sendFrom(long incarnation, List<Request> requests) {
    for (var request : requests) {
      var dispatched = request.dispatched();
      var topic = Topics.dispatchName(dispatched.getDeployment(), dispatched.getLane());
      producer.send(
          new ProducerRecord<>(
              topic,
              null,
              request.key().bytes(),
              dispatchedCodec.encode(dispatched),
              RouterIncarnation.headers(incarnation)));
    }
    producer.flush();
  }

  /** As a run of the router that takes over. */
  public void mark(String deployment, long incarnation) {
    for (var lane : Lane.values()) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        producer.send(
            new ProducerRecord<byte[], byte[]>(
                Topics.dispatchName(deployment, lane),
                partition,
                null,
                null,
                RouterIncarnation.headers(incarnation)));
      }
    }
    producer.flush();
  }

  /** As a run of a deployment that takes requests over and then does nothing. */
  public void claim(String deployment, long incarnation, List<Request> requests) {
    for (var request : requests) {
      var marker =
          TokenChunk.newBuilder()
              .setRequestId(request.id())
              .setTenant(request.tenant())
              .setKind(ChunkKind.MARKER)
              .setIncarnation(incarnation)
              .setDeployment(deployment)
              .build();
      sendToken(request.key().partition(Topics.TOKENS.partitions()), marker);
    }
    producer.flush();
  }

  /** Removes all that the token log holds, and something behind the end that anybody knows. */
  public void truncateTokens() throws Exception {
    var end = new HashMap<TopicPartition, RecordsToDelete>();
    for (int partition = 0; partition < Topics.TOKENS.partitions(); partition++) {
      var foreign = TokenChunk.newBuilder().setRequestId("another").setTenant("another").build();
      var offset = sendToken(partition, foreign).get().offset();
      end.put(
          new TopicPartition(Topics.TOKENS.name(), partition),
          RecordsToDelete.beforeOffset(offset + 1));
    }
    admin.deleteRecords(end).all().get();
  }

  private Future<RecordMetadata> sendToken(int partition, TokenChunk chunk) {
    return producer.send(
        new ProducerRecord<>(Topics.TOKENS.name(), partition, null, tokenCodec.encode(chunk)));
  }

  /** Something that is no request. */
  public void sendBytes(String deployment, Lane lane, byte[] value) throws Exception {
    producer.send(new ProducerRecord<>(Topics.dispatchName(deployment, lane), null, value)).get();
  }

  public void cancel(Request request, String reason) throws Exception {
    var command =
        ControlCommand.newBuilder()
            .setRequestId(request.id())
            .setTenant(request.tenant())
            .setAction(ControlAction.CANCEL)
            .setReason(reason)
            .build();
    producer
        .send(
            new ProducerRecord<>(
                Topics.CONTROL.name(), request.key().bytes(), controlCodec.encode(command)))
        .get();
  }

  public Responses responses(String deployment) {
    return new Responses(kafka.bootstrapServers(), registry, deployment);
  }

  /** Sum of the offsets that the deployment's consumer group has been reported to be at. */
  public long reportedOffset(String deployment, Lane lane) throws Exception {
    var topic = Topics.dispatchName(deployment, lane);
    Map<TopicPartition, OffsetAndMetadata> offsets =
        admin
            .listConsumerGroupOffsets("weir-inference-" + deployment)
            .partitionsToOffsetAndMetadata()
            .get();
    return offsets.entrySet().stream()
        .filter(entry -> entry.getKey().topic().equals(topic))
        .mapToLong(entry -> entry.getValue().offset())
        .sum();
  }

  public InMemorySchemaRegistry registry() {
    return (InMemorySchemaRegistry) registry;
  }

  public String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  @Override
  public void close() throws Exception {
    flink.close();
    producer.close();
    admin.close();
    kafka.close();
  }
}
