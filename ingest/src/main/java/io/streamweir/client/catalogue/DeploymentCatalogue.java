package io.streamweir.client.catalogue;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.ClusterUnavailableException;
import io.streamweir.client.NotDeliveredException;
import io.streamweir.client.internal.ConsumerLoop;
import io.streamweir.client.internal.KafkaClients;
import io.streamweir.schemas.Deployment;
import io.streamweir.schemas.ReplicaStatus;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;

/**
 * The catalogue of deployments and replicas in memory: reads the two compacted topics from their
 * start, follows every change, and writes deployments. Thread-safe.
 */
public final class DeploymentCatalogue implements AutoCloseable {

  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]*");

  private record Waiting(
      Predicate<CatalogueView> condition, CompletableFuture<CatalogueView> outcome) {}

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final InstantSource clock;
  private final Producer<byte[], byte[]> producer;
  private final AvroCodec<Deployment> codec;
  private final CatalogueReader reader;
  private final ConsumerLoop loop;
  private final ConcurrentLinkedQueue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private final CompletableFuture<CatalogueView> loaded = new CompletableFuture<>();

  private DeploymentCatalogue(ClientOptions options, InstantSource clock) {
    var registry = SchemaRegistries.connect(options.registryUrl());
    this.clock = clock;
    this.codec =
        new AvroCodec<>(registry, Topics.subjectOf(Topics.DEPLOYMENTS.name()), Deployment.class);
    this.reader =
        new CatalogueReader(
            codec,
            new AvroCodec<>(
                registry, Topics.subjectOf(Topics.REPLICAS.name()), ReplicaStatus.class),
            this::changed);
    this.producer = KafkaClients.producer(options);
    this.loop =
        new ConsumerLoop(
            options.clientId() + "-catalogue",
            () -> KafkaClients.consumer(options, "catalogue", IsolationLevel.READ_UNCOMMITTED),
            reader);
  }

  /** Starts to read; does not block. */
  public static DeploymentCatalogue open(ClientOptions options) {
    return open(options, InstantSource.system());
  }

  /** As {@link #open(ClientOptions)}, with another clock. */
  public static DeploymentCatalogue open(ClientOptions options, InstantSource clock) {
    var catalogue = new DeploymentCatalogue(options, clock);
    catalogue.loop.start();
    return catalogue;
  }

  /** Completes when everything that stood on the topics at the start has been read. */
  public CompletionStage<CatalogueView> loaded() {
    return loaded.copy();
  }

  /** What is known now. */
  public CatalogueView view() {
    return reader.view();
  }

  /**
   * Waits for a state of the catalogue.
   *
   * @param condition asked once everything is loaded, then after every change (replicas report
   *     about once a second); must be quick
   * @return completes with the first view that meets it; put a timeout on it, or cancel it
   */
  public CompletableFuture<CatalogueView> await(Predicate<CatalogueView> condition) {
    var outcome = new CompletableFuture<CatalogueView>();
    waiting.add(new Waiting(condition, outcome));
    loaded.thenRun(() -> check(reader.view()));
    return outcome;
  }

  /**
   * Writes a deployment, new or changed, with a version above every earlier one. Blocks while the
   * cluster has not told where the topic is.
   *
   * @return completes with the record as written when Kafka has acknowledged it
   * @throws IllegalArgumentException if the name cannot be part of a topic's name
   */
  public CompletionStage<Deployment> put(Deployment deployment) {
    if (!NAME.matcher(deployment.getName()).matches()) {
      throw new IllegalArgumentException(
          "Deployment name '" + deployment.getName() + "' must match " + NAME.pattern());
    }
    var now = clock.millis();
    var known = view().deployment(deployment.getName()).map(Deployment::getVersion).orElse(0L);
    // Clock-based, so that a name used again after its tombstone does not start over at 1.
    var version = Math.max(now, Math.max(known, deployment.getVersion()) + 1);
    var written = Deployment.newBuilder(deployment).setVersion(version).setUpdatedAtMs(now).build();
    return send(deployment.getName(), codec.encode(written)).thenApply(done -> written);
  }

  /** Removes a deployment from the catalogue, by a tombstone. */
  public CompletionStage<Void> remove(String name) {
    return send(name, null);
  }

  @Override
  public void close() {
    loop.close();
    producer.close(CLOSE_TIMEOUT);
    var closed = new IllegalStateException("The catalogue was closed.");
    loaded.completeExceptionally(closed);
    waiting.forEach(one -> one.outcome.completeExceptionally(closed));
  }

  private CompletableFuture<Void> send(String name, byte[] value) {
    var topic = Topics.DEPLOYMENTS.name();
    var outcome = new CompletableFuture<Void>();
    try {
      producer.send(
          new ProducerRecord<>(topic, name.getBytes(StandardCharsets.UTF_8), value),
          (metadata, failure) -> {
            if (failure == null) {
              outcome.complete(null);
            } else {
              outcome.completeExceptionally(new NotDeliveredException(topic, failure));
            }
          });
    } catch (KafkaException e) {
      outcome.completeExceptionally(
          new ClusterUnavailableException("Cannot write deployment " + name + ": " + e, e));
    }
    return outcome;
  }

  /** Called by the reader's thread. */
  private void changed(CatalogueView view) {
    loaded.complete(view);
    check(view);
  }

  private void check(CatalogueView view) {
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
      var one = all.next();
      if (one.outcome.isDone() || one.condition.test(view)) {
        all.remove();
        one.outcome.complete(view);
      }
    }
  }
}
