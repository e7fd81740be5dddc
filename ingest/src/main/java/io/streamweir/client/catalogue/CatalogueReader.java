package io.streamweir.client.catalogue;

import io.streamweir.client.internal.ConsumerLoop;
import io.streamweir.schemas.Deployment;
import io.streamweir.schemas.ReplicaStatus;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Folds the two topics of the catalogue into a view. */
final class CatalogueReader implements ConsumerLoop.Work {

  private static final Logger LOG = LoggerFactory.getLogger(CatalogueReader.class);
  private static final Duration POLL = Duration.ofSeconds(1);

  private final AvroCodec<Deployment> deploymentCodec;
  private final AvroCodec<ReplicaStatus> replicaCodec;
  private final Consumer<CatalogueView> listener;
  private final SortedMap<String, Deployment> deployments = new TreeMap<>();
  private final SortedMap<String, SortedMap<Integer, ReplicaStatus>> replicas = new TreeMap<>();
  private final Map<TopicPartition, Long> positions = new HashMap<>();

  /** What stood on the topics at the start; empty once it has been read. */
  private Map<TopicPartition, Long> pending;

  private volatile CatalogueView view =
      new CatalogueView(Collections.emptySortedMap(), Collections.emptySortedMap());

  /**
   * @param listener told of the first complete view and of every later one, on the reader's thread
   */
  CatalogueReader(
      AvroCodec<Deployment> deploymentCodec,
      AvroCodec<ReplicaStatus> replicaCodec,
      Consumer<CatalogueView> listener) {
    this.deploymentCodec = deploymentCodec;
    this.replicaCodec = replicaCodec;
    this.listener = listener;
  }

  CatalogueView view() {
    return view;
  }

  @Override
  public void open(org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer) {
    for (var topic : new String[] {Topics.DEPLOYMENTS.name(), Topics.REPLICAS.name()}) {
      for (var info : consumer.partitionsFor(topic)) {
        positions.putIfAbsent(new TopicPartition(topic, info.partition()), 0L);
      }
    }
    consumer.assign(positions.keySet());
    consumer
        .beginningOffsets(positions.keySet())
        .forEach((partition, first) -> positions.merge(partition, first, Math::max));
    positions.forEach(consumer::seek);
    if (pending == null) {
      pending = new HashMap<>(consumer.endOffsets(positions.keySet()));
    }
  }

  @Override
  public void turn(org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer) {
    var loading = !pending.isEmpty();
    pending.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
    if (loading && pending.isEmpty()) {
      publish();
    }
    try {
      var records = consumer.poll(POLL);
      for (var record : records) {
        apply(record);
        positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
      }
      if (!records.isEmpty() && pending.isEmpty()) {
        publish();
      }
    } catch (OffsetOutOfRangeException e) {
      LOG.warn("Parts of the catalogue's log are gone; it is read again from its start", e);
      positions.clear();
      deployments.clear();
      replicas.clear();
      pending = null; // until all is read again, the view stays what it was
      open(consumer);
    }
  }

  private void apply(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      return;
    }
    var key = new String(record.key(), StandardCharsets.UTF_8);
    try {
      if (record.topic().equals(Topics.DEPLOYMENTS.name())) {
        applyDeployment(key, record.value());
      } else {
        applyReplica(key, record.value());
      }
    } catch (UndecodableRecordException e) {
      LOG.warn("{} of {} is ignored: {}", key, record.topic(), e.getMessage());
    }
  }

  private void applyDeployment(String name, byte[] value) {
    if (value == null) {
      deployments.remove(name);
      replicas.remove(name);
      return;
    }
    var deployment = deploymentCodec.decode(value);
    deployments.merge(
        name, deployment, (old, next) -> next.getVersion() >= old.getVersion() ? next : old);
  }

  private void applyReplica(String key, byte[] value) {
    if (value != null) {
      var status = replicaCodec.decode(value);
      replicas
          .computeIfAbsent(status.getDeployment(), name -> new TreeMap<>())
          .put(status.getReplica(), status);
      return;
    }
    var slash = key.lastIndexOf('/');
    var known = replicas.get(slash < 0 ? key : key.substring(0, slash));
    if (known != null) {
      known.values().removeIf(status -> key.endsWith("/" + status.getReplica()));
    }
  }

  private void publish() {
    var copies = new TreeMap<String, SortedMap<Integer, ReplicaStatus>>();
    replicas.forEach(
        (name, all) -> copies.put(name, Collections.unmodifiableSortedMap(new TreeMap<>(all))));
    view =
        new CatalogueView(
            Collections.unmodifiableSortedMap(new TreeMap<>(deployments)),
            Collections.unmodifiableSortedMap(copies));
    listener.accept(view);
  }
}
