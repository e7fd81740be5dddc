package io.streamweir.router.journal;

import io.streamweir.schemas.Topics;
import io.streamweir.schemas.dispatch.DispatchFence;
import io.streamweir.schemas.dispatch.RouterIncarnation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All dispatch topics, as a router that starts takes them over from those before it. */
final class DispatchLog implements AutoCloseable {

  /**
   * What a run that has taken the log over knows.
   *
   * @param incarnation of the run, higher than any in the log
   * @param dispatched identities of requests that predecessors have dispatched validly
   * @param positions of the run's markers
   */
  record TakenOver(long incarnation, Set<String> dispatched, Map<TopicPartition, Long> positions) {}

  /**
   * Records of a partition that a router without a checkpoint reads. It goes on where its source
   * last committed, which is up to ten seconds behind.
   */
  private static final long TAIL = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(DispatchLog.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final String bootstrapServers;
  private final Admin admin;

  DispatchLog(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
    this.admin =
        Admin.create(
            Map.of("bootstrap.servers", bootstrapServers, "reconnect.backoff.max.ms", 200));
  }

  /**
   * Takes over from the run that made the checkpoint, and whoever came after it.
   *
   * @param from what a predecessor sent after the checkpoint lies at or behind it; a topic that is
   *     not there is younger than the checkpoint
   * @param predecessor the run that made the checkpoint; its marker lies before it
   */
  TakenOver follow(Map<TopicPartition, Long> from, long predecessor, long atLeast) {
    var reading = new Reading();
    from.keySet().forEach(partition -> reading.fence.admits(partition, predecessor));
    return takeOver(atLeast, reading, (partition, range) -> from.getOrDefault(partition, 0L));
  }

  /** Takes over without knowing from whom. */
  TakenOver followUnknown(long atLeast) {
    return takeOver(atLeast, new Reading(), (partition, range) -> range.end() - TAIL);
  }

  private interface Start {
    long of(TopicPartition partition, Range range);
  }

  private record Range(long beginning, long end) {}

  private TakenOver takeOver(long atLeast, Reading reading, Start start) {
    var ranges = ranges();
    try (var consumer = consumer()) {
      consumer.assign(ranges.keySet());
      ranges.forEach(
          (partition, range) -> consumer.seek(partition, begin(partition, range, start)));
      reading.readTo(consumer, ends(ranges));
      var incarnation = Math.max(atLeast, reading.highest() + 1);
      var markers = mark(ranges.keySet(), incarnation);
      reading.readTo(consumer, markers);
      if (reading.highest() > incarnation) {
        throw new IllegalStateException(
            "Another run of the router has taken the dispatch topics over meanwhile. If this one"
                + " still belongs to the job, it is started again and takes over in turn; if two"
                + " router jobs run, cancel one.");
      }
      return new TakenOver(incarnation, reading.dispatched, markers);
    }
  }

  private static long begin(TopicPartition partition, Range range, Start start) {
    var wanted = start.of(partition, range);
    if (wanted > 0 && wanted < range.beginning()) {
      LOG.warn(
          "{} was truncated from {} to {}: what was dispatched there and is not done may be"
              + " dispatched again",
          partition,
          wanted,
          range.beginning());
    }
    return Math.min(Math.max(wanted, range.beginning()), range.end());
  }

  private Map<TopicPartition, Range> ranges() {
    var names =
        get(admin.listTopics().names().toCompletionStage()).stream()
            .filter(Topics::isDispatch)
            .collect(Collectors.toSet());
    var partitions = get(partitions(names));
    var beginnings = get(offsets(partitions, OffsetSpec.earliest()));
    var ends = get(offsets(partitions, OffsetSpec.latest()));
    var ranges = new HashMap<TopicPartition, Range>();
    beginnings.forEach((p, beginning) -> ranges.put(p, new Range(beginning, ends.get(p))));
    return ranges;
  }

  private static Map<TopicPartition, Long> ends(Map<TopicPartition, Range> ranges) {
    return ranges.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().end()));
  }

  /** What is read back, in the order of each partition. */
  private static final class Reading {

    private final DispatchFence fence = new DispatchFence();
    private final Set<String> dispatched = new HashSet<>();

    void readTo(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
      var deadline = System.nanoTime() + TIMEOUT.toNanos();
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "The dispatch topics were not read back within "
                  + TIMEOUT
                  + ". The job restarts and tries again; check the broker.");
        }
        consumer.poll(POLL).forEach(this::fold);
      }
    }

    private void fold(ConsumerRecord<byte[], byte[]> record) {
      var partition = new TopicPartition(record.topic(), record.partition());
      var counts = fence.admits(partition, RouterIncarnation.of(record.headers()));
      if (counts && record.value() != null && record.key() != null) {
        dispatched.add(new String(record.key(), StandardCharsets.UTF_8));
      }
    }

    long highest() {
      return fence.highest().values().stream().mapToLong(Long::longValue).max().orElse(0);
    }
  }

  /** Writes a marker to each partition and returns their offsets when all are in the log. */
  private Map<TopicPartition, Long> mark(Collection<TopicPartition> partitions, long incarnation) {
    try (var producer = producer()) {
      var sent = new HashMap<TopicPartition, Future<RecordMetadata>>();
      for (var partition : partitions) {
        var marker =
            new ProducerRecord<byte[], byte[]>(
                partition.topic(),
                partition.partition(),
                null,
                null,
                RouterIncarnation.headers(incarnation));
        sent.put(partition, producer.send(marker));
      }
      var offsets = new HashMap<TopicPartition, Long>();
      sent.forEach((partition, marker) -> offsets.put(partition, offset(partition, marker)));
      return Map.copyOf(offsets);
    }
  }

  private static long offset(TopicPartition partition, Future<RecordMetadata> marker) {
    try {
      return marker.get().offset();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "No marker could be written to " + partition + ": " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** The ends of those of the topics that exist. */
  CompletionStage<Map<TopicPartition, Long>> ends(Set<String> topics) {
    return partitions(topics)
        .thenCompose(partitions -> offsets(partitions, OffsetSpec.latest()))
        .thenApply(Map::copyOf);
  }

  private CompletionStage<List<TopicPartition>> partitions(Set<String> topics) {
    var described = new ArrayList<CompletableFuture<List<TopicPartition>>>();
    admin
        .describeTopics(topics)
        .topicNameValues()
        .forEach(
            (name, topic) ->
                described.add(
                    topic
                        .toCompletionStage()
                        .thenApply(DispatchLog::partitions)
                        .exceptionally(DispatchLog::noneIfDeleted)
                        .toCompletableFuture()));
    return all(described).thenApply(lists -> lists.stream().flatMap(List::stream).toList());
  }

  private static List<TopicPartition> partitions(TopicDescription topic) {
    return topic.partitions().stream()
        .map(info -> new TopicPartition(topic.name(), info.partition()))
        .toList();
  }

  private static List<TopicPartition> noneIfDeleted(Throwable error) {
    if (error instanceof UnknownTopicOrPartitionException
        || error.getCause() instanceof UnknownTopicOrPartitionException) {
      return List.of();
    }
    throw new IllegalStateException("The dispatch topics cannot be described: " + error, error);
  }

  private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> futures) {
    return CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new))
        .thenApply(done -> futures.stream().map(CompletableFuture::join).toList());
  }

  private CompletionStage<Map<TopicPartition, Long>> offsets(
      List<TopicPartition> partitions, OffsetSpec which) {
    return admin
        .listOffsets(partitions.stream().collect(Collectors.toMap(Function.identity(), p -> which)))
        .all()
        .toCompletionStage()
        .thenApply(
            infos ->
                infos.entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset())));
  }

  private <T> T get(CompletionStage<T> answer) {
    try {
      return answer.toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "Kafka at " + bootstrapServers + " does not tell the dispatch topics: " + e.getCause(),
          e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "enable.auto.commit",
            false,
            "allow.auto.create.topics",
            false,
            "auto.offset.reset",
            "earliest",
            "reconnect.backoff.max.ms",
            200),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  private KafkaProducer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "linger.ms",
            0,
            "max.request.size",
            Topics.MAX_INTERNAL_RECORD_BYTES,
            "reconnect.backoff.max.ms",
            200),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
