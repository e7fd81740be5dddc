package io.streamweir.router.journal;

import io.streamweir.flink.LogClients;
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
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All dispatch topics, as a router that starts takes them over from those before it. */
final class DispatchLog implements AutoCloseable {

  /**
   * What a run that has taken the log over knows.
   *
   * @param incarnation of the run, higher than any in the log
   * @param dispatched identities of requests that predecessors have dispatched validly
   * @param from where that stands: from these offsets on
   * @param positions of the run's markers, up to which it stands
   */
  record TakenOver(
      long incarnation,
      Set<String> dispatched,
      Map<TopicPartition, Long> from,
      Map<TopicPartition, Long> positions) {}

  private static final Logger LOG = LoggerFactory.getLogger(DispatchLog.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What Kafka says of a partition that has no record as young as asked for. */
  private static final long NOTHING_SINCE = -1;

  private static final String CLIENT_ID = "weir-router-journal";

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
    return takeOver(atLeast, reading, partitions -> from);
  }

  /**
   * Takes over without knowing from whom.
   *
   * @param sinceMs what was dispatched before is not asked for any more, epoch milliseconds; below
   *     0 is since ever, though it is something else to Kafka
   */
  TakenOver followUnknown(long sinceMs, long atLeast) {
    var since = OffsetSpec.forTimestamp(Math.max(0, sinceMs));
    return takeOver(atLeast, new Reading(), partitions -> get(offsets(partitions, since)));
  }

  /**
   * Reads again what a run found that took over without knowing from whom.
   *
   * @param from as it was told
   * @param positions of its markers
   * @return identities of requests that were dispatched validly there
   */
  Set<String> readAgain(Map<TopicPartition, Long> from, Map<TopicPartition, Long> positions) {
    var ranges = ranges();
    ranges.keySet().retainAll(from.keySet());
    var reading = new Reading();
    try (var consumer = LogClients.consumer(bootstrapServers, CLIENT_ID)) {
      consumer.assign(ranges.keySet());
      ranges.forEach((p, range) -> consumer.seek(p, begin(p, range, from.get(p))));
      var ends = new HashMap<>(positions);
      ends.keySet().retainAll(ranges.keySet());
      reading.readTo(consumer, ends);
    }
    return reading.dispatched;
  }

  /** From where to read; 0 for a partition that it does not name. */
  private interface Starts {
    Map<TopicPartition, Long> of(Collection<TopicPartition> partitions);
  }

  private record Range(long beginning, long end) {}

  private TakenOver takeOver(long atLeast, Reading reading, Starts starts) {
    var ranges = ranges();
    var wanted = starts.of(ranges.keySet());
    try (var consumer = LogClients.consumer(bootstrapServers, CLIENT_ID)) {
      consumer.assign(ranges.keySet());
      var from = new HashMap<TopicPartition, Long>();
      ranges.forEach((p, range) -> from.put(p, begin(p, range, wanted.getOrDefault(p, 0L))));
      from.forEach(consumer::seek);
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
      return new TakenOver(incarnation, reading.dispatched, Map.copyOf(from), markers);
    }
  }

  private static long begin(TopicPartition partition, Range range, long wanted) {
    if (wanted == NOTHING_SINCE) {
      return range.end();
    }
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

    /** Takes as long as it takes: only a broker that gives nothing is given up. */
    void readTo(Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
      var lastProgress = System.nanoTime();
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        var records = consumer.poll(POLL);
        records.forEach(this::fold);
        if (!records.isEmpty()) {
          lastProgress = System.nanoTime();
        } else if (System.nanoTime() - lastProgress > PATIENCE.toNanos()) {
          throw new IllegalStateException(
              "Nothing could be read of the dispatch topics for "
                  + PATIENCE
                  + ". The job restarts and tries again; check the broker.");
        }
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
    try (var producer = LogClients.producer(bootstrapServers, CLIENT_ID)) {
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
      Collection<TopicPartition> partitions, OffsetSpec which) {
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

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
