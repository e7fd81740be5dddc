package io.streamweir.client.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.client.internal.KafkaClients;
import io.streamweir.schemas.Deployment;
import io.streamweir.schemas.DeploymentState;
import io.streamweir.schemas.ReplicaStatus;
import io.streamweir.schemas.Topics;
import io.streamweir.support.Await;
import io.streamweir.support.Cluster;
import io.streamweir.support.LogWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Cluster.Extension.class)
class DeploymentCatalogueITCase {

  private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);

  private final Cluster cluster;
  private final DeploymentCatalogue catalogue;
  private final String name = "d-" + UUID.randomUUID().toString().substring(0, 8);

  DeploymentCatalogueITCase(Cluster cluster) {
    this.cluster = cluster;
    this.catalogue = DeploymentCatalogue.open(cluster.options(), () -> NOW);
  }

  @AfterEach
  void close() {
    catalogue.close();
  }

  @Test
  void shouldSeeWhatWasWrittenBeforeAndAfterItWasOpened() throws Exception {
    get(catalogue.put(deployment(DeploymentState.STARTING)));
    try (var other = DeploymentCatalogue.open(cluster.options())) {
      assertThat(get(other.loaded()).deployment(name)).isPresent();

      get(catalogue.put(deployment(DeploymentState.READY)));
      var view = get(other.await(state(DeploymentState.READY)));

      assertThat(view.models())
          .contains(
              new ServedModel("m-" + name, "m-" + name, 4096, NOW),
              new ServedModel("alias-" + name, "m-" + name, 4096, NOW));
      assertThat(view.deploymentsOf("alias-" + name)).containsOnlyKeys(name);
    }
  }

  @Test
  void shouldForgetADeploymentWhenItIsRemoved() throws Exception {
    get(catalogue.put(deployment(DeploymentState.READY)));
    get(catalogue.await(view -> view.deployment(name).isPresent()));
    get(catalogue.remove(name));

    get(catalogue.await(view -> view.deployment(name).isEmpty()));
  }

  @Test
  void shouldGiveEveryChangeAHigherVersionAlsoAfterARemoval() throws Exception {
    var first = get(catalogue.put(deployment(DeploymentState.STARTING)));
    get(catalogue.await(state(DeploymentState.STARTING)));
    var second = get(catalogue.put(deployment(DeploymentState.READY)));

    assertThat(second.getVersion()).isGreaterThan(first.getVersion());
    assertThat(first.getVersion()).isEqualTo(NOW.toEpochMilli());
  }

  @Test
  void shouldIgnoreAnOlderVersionWhenItArrivesLate() throws Exception {
    try (var producer = KafkaClients.producer(cluster.options());
        var writer = new LogWriter(cluster.options())) {
      for (var version : new long[] {5, 4}) {
        var value = deployment(DeploymentState.READY);
        value.setVersion(version);
        value.setReplicas((int) version);
        producer.send(
            new ProducerRecord<>(
                Topics.DEPLOYMENTS.name(),
                name.getBytes(StandardCharsets.UTF_8),
                writer.encode(Topics.DEPLOYMENTS.name(), value)));
      }
      producer.flush();
    }
    try (var other = DeploymentCatalogue.open(cluster.options())) {
      assertThat(get(other.loaded()).deployment(name).orElseThrow().getReplicas()).isEqualTo(5);
    }
  }

  @Test
  void shouldCountReplicasOnlyWhileTheyReport() throws Exception {
    try (var producer = KafkaClients.producer(cluster.options());
        var writer = new LogWriter(cluster.options())) {
      for (var replica :
          List.of(
              status(0, NOW, true), status(1, NOW.minusSeconds(60), true), status(2, NOW, false))) {
        producer.send(
            new ProducerRecord<>(
                Topics.REPLICAS.name(),
                (name + "/" + replica.getReplica()).getBytes(StandardCharsets.UTF_8),
                writer.encode(Topics.REPLICAS.name(), replica)));
      }
      var view =
          get(
              catalogue.await(
                  now ->
                      now.replicas().getOrDefault(name, Collections.emptySortedMap()).size() == 3));

      assertThat(view.liveReplicas(name, NOW))
          .extracting(ReplicaStatus::getReplica)
          .containsExactly(0);

      producer.send(
          new ProducerRecord<>(
              Topics.REPLICAS.name(), (name + "/0").getBytes(StandardCharsets.UTF_8), null));
      get(catalogue.await(now -> now.liveReplicas(name, NOW).isEmpty()));
    }
  }

  @Test
  void shouldPassOverARecordThatCannotBeRead() throws Exception {
    try (var producer = KafkaClients.producer(cluster.options())) {
      producer.send(
          new ProducerRecord<>(Topics.DEPLOYMENTS.name(), new byte[] {'x'}, new byte[] {1, 2}));
      producer.flush();
    }
    get(catalogue.put(deployment(DeploymentState.READY)));

    get(catalogue.await(state(DeploymentState.READY)));
  }

  @Test
  void shouldRefuseANameThatCannotBePartOfATopic() {
    var bad = deployment(DeploymentState.READY);
    bad.setName("Not OK");

    assertThatThrownBy(() -> catalogue.put(bad)).hasMessageContaining("'Not OK' must match");
  }

  private Predicate<CatalogueView> state(DeploymentState state) {
    return view -> view.deployment(name).filter(d -> d.getState() == state).isPresent();
  }

  private ReplicaStatus status(int replica, Instant reportedAt, boolean healthy) {
    return ReplicaStatus.newBuilder()
        .setDeployment(name)
        .setReplica(replica)
        .setHealthy(healthy)
        .setReportedAtMs(reportedAt.toEpochMilli())
        .build();
  }

  private Deployment deployment(DeploymentState state) {
    return Deployment.newBuilder()
        .setName(name)
        .setModel("m-" + name)
        .setAliases(List.of("alias-" + name))
        .setModelPath("/models/m")
        .setMaxModelLen(4096)
        .setState(state)
        .build();
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return Await.result(stage);
  }
}
