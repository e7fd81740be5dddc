package io.streamweir.local.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.catalogue.CatalogueView;
import io.streamweir.client.catalogue.DeploymentCatalogue;
import io.streamweir.kafka.EmbeddedKafka;
import io.streamweir.kafka.EmbeddedKafkaOptions;
import io.streamweir.local.flink.JobState;
import io.streamweir.local.flink.LaunchingJobManager;
import io.streamweir.local.terminal.WeirException;
import io.streamweir.schemas.DeploymentState;
import io.streamweir.schemas.ReplicaStatus;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the catalogue says of a deployment whose job does not do what was asked. */
class DeployerITCase {

  private static final String REGISTRY = "memory:deployer";
  private static final String MODEL = "model";

  @TempDir private static Path shared;
  private static EmbeddedKafka kafka;
  private static KafkaProducer<byte[], byte[]> producer;
  private static int count;

  @TempDir private Path directory;
  private String name;
  private LaunchingJobManager jobManager;
  private Deployer deployer;

  @BeforeAll
  static void startKafka() {
    kafka = EmbeddedKafka.start(EmbeddedKafkaOptions.onFreePorts(shared));
    kafka.createTopics(
        List.of(Topics.DEPLOYMENTS.toNewTopic((short) 1), Topics.REPLICAS.toNewTopic((short) 1)));
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterAll
  static void stopKafka() {
    producer.close();
    kafka.close();
  }

  @BeforeEach
  void deploy() throws Exception {
    name = "d" + count++;
    jobManager = new LaunchingJobManager(MODEL + " (" + name + ")");
    jobManager.onLaunch(this::runs);
    var jar = Files.createFile(directory.resolve("job.jar"));
    deployer =
        new Deployer(
            new JobSite(
                jobManager.client(),
                options(),
                jar,
                jar,
                Map.of(),
                Map.of(),
                directory.resolve("settings"),
                job -> directory.resolve("checkpoints").resolve(job),
                new JobMemory(directory.resolve("ha"), directory.resolve("stopping"))));
    deployer.deploy(plan());
  }

  @AfterEach
  void close() throws Exception {
    deployer.close();
    jobManager.close();
    try (var catalogue = DeploymentCatalogue.open(options())) {
      catalogue.remove(name).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void shouldGoOnWithAsManyReplicasAsBeforeWhenItDoesNotComeUpWithAnotherNumber() throws Exception {
    jobManager.onLaunch(parallelism -> parallelism == 2 ? JobState.FAILED : runs(parallelism));

    assertThatThrownBy(() -> deployer.rescale(name, 2))
        .isInstanceOf(WeirException.class)
        .hasMessageContaining("did not come up with 2 replicas, and goes on with 1 as before")
        .hasMessageContaining("is FAILED");

    assertThat(jobManager.launched()).containsExactly(1, 2, 1);
    assertReplicas(1);
    assertThat(deployer.resume()).as("what is left to do").isEmpty();
  }

  @Test
  void shouldSayHowToGoOnWhenItComesUpWithNoNumber() throws Exception {
    jobManager.onLaunch(parallelism -> JobState.FAILED);

    assertThatThrownBy(() -> deployer.rescale(name, 2))
        .hasMessageContaining("nor with 1 as before. ./weir up brings it back");

    assertReplicas(1);
    jobManager.onLaunch(this::runs);
    assertThat(deployer.resume()).containsExactly(name);
  }

  @Test
  void shouldKeepTheNumberOfReplicasWhenTheJobCannotBeStopped() throws Exception {
    jobManager.failToStop();

    assertThatThrownBy(() -> deployer.rescale(name, 2)).hasMessageContaining("disk full");

    assertReplicas(1);
    assertThat(jobManager.launched()).as("it runs on").containsExactly(1);
    assertThat(deployer.resume()).isEmpty();
  }

  @Test
  void shouldRemoveWhatAKilledCommandHadTerminated() throws Exception {
    try (var catalogue = DeploymentCatalogue.open(options())) {
      var view = catalogue.await(v -> v.deployment(name).isPresent()).get(30, TimeUnit.SECONDS);
      var deployment = view.deployment(name).orElseThrow();
      deployment.setState(DeploymentState.TERMINATED);
      catalogue.put(deployment).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
    var terminated =
        seen(
            view ->
                view.deployment(name)
                    .filter(found -> found.getState() == DeploymentState.TERMINATED)
                    .isPresent());
    assertThat(terminated.deployments()).containsKey(name);

    assertThat(deployer.resume()).isEmpty();

    seen(view -> view.deployment(name).isEmpty());
    assertThat(jobManager.launched()).containsExactly(1);
  }

  private void assertReplicas(int wanted) throws Exception {
    seen(view -> view.deployment(name).filter(d -> d.getReplicas() == wanted).isPresent());
  }

  /** Waits for it in the catalogue as anybody reads it, and in that of the deployer. */
  private CatalogueView seen(java.util.function.Predicate<CatalogueView> condition)
      throws Exception {
    try (var catalogue = DeploymentCatalogue.open(options())) {
      var view = catalogue.await(condition).get(2, TimeUnit.MINUTES);
      var deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
      while (!condition.test(deployer.view())) {
        assertThat(System.nanoTime()).as("time until the deployer sees it").isLessThan(deadline);
        LockSupport.parkNanos(1_000_000);
      }
      return view;
    }
  }

  /** As a job whose replicas report. */
  private JobState runs(int parallelism) {
    var codec =
        new AvroCodec<>(
            SchemaRegistries.connect(REGISTRY), Topics.REPLICAS.subject(), ReplicaStatus.class);
    for (int replica = 0; replica < parallelism; replica++) {
      var status =
          ReplicaStatus.newBuilder()
              .setDeployment(name)
              .setReplica(replica)
              .setIncarnation(1)
              .setOnlinePartitions(List.of())
              .setOfflinePartitions(List.of())
              .setHealthy(true)
              .setReportedAtMs(System.currentTimeMillis())
              .build();
      var key = (name + "/" + replica).getBytes(StandardCharsets.UTF_8);
      producer.send(new ProducerRecord<>(Topics.REPLICAS.name(), key, codec.encode(status)));
    }
    producer.flush();
    return JobState.RUNNING;
  }

  private DeploymentPlan plan() throws Exception {
    var model = Files.createDirectories(directory.resolve(MODEL));
    Files.createFile(model.resolve("config.json"));
    Files.createFile(model.resolve("tokenizer.json"));
    return new DeploymentPlan(
        name, MODEL, List.of(), new ModelDirectory(model), "djl", "cpu", 1, 4, 128, Map.of());
  }

  private static ClientOptions options() {
    return ClientOptions.of(kafka.bootstrapServers(), REGISTRY);
  }
}
