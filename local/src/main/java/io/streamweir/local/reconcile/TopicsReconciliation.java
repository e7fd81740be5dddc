package io.streamweir.local.reconcile;

import io.streamweir.client.ClientOptions;
import io.streamweir.schemas.DeadLetter;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TopicSpec;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.UsageTotals;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.MalformedTextException;
import io.streamweir.schemas.codec.UndecodableRecordException;
import io.streamweir.schemas.registry.SchemaRegistries;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Feeds a {@link Reconciler} with the topics of a cluster.
 *
 * <p>The topics are read against the stream, answers before tokens before requests: each is read to
 * where it ends when its turn comes, and so holds what the topics read earlier followed from. What
 * follows later is young, and open.
 */
public final class TopicsReconciliation {

  /** Clocks of producers and jobs may differ: answers are looked for from that much earlier on. */
  private static final Duration CLOCK_SKEW = Duration.ofMinutes(10);

  private static final List<String> REQUEST_TOPICS =
      List.of(Topics.REQUESTS.name(), Topics.REQUESTS_OFFLINE.name());

  private final ClientOptions options;
  private final Scope scope;
  private final InstantSource clock;
  private final SchemaRegistry registry;
  private final Reconciler reconciler;

  private TopicsReconciliation(ClientOptions options, Scope scope, InstantSource clock) {
    this.options = options;
    this.scope = scope;
    this.clock = clock;
    this.registry = SchemaRegistries.connect(options.registryUrl());
    this.reconciler = new Reconciler(scope.mostRequests());
  }

  /**
   * Reads and compares.
   *
   * @throws io.streamweir.local.terminal.WeirException if there is more than fits into memory, or
   *     Kafka does not answer
   */
  public static Reconciliation of(ClientOptions options, Scope scope, InstantSource clock) {
    return new TopicsReconciliation(options, scope, clock).run();
  }

  private Reconciliation run() {
    var settledBefore = clock.instant().minus(scope.patience());
    var since = scope.since().orElse(Instant.MIN);
    var from = scope.since().map(instant -> instant.minus(CLOCK_SKEW)).orElse(Instant.MIN);
    try (var reader = new RangeReader(options, clock);
        var backlog = new Backlog(options)) {
      var usageSince = usage(reader, from);
      results(reader, from);
      deadLetters(reader, from);
      totals(reader);
      var tokensSince = tokens(reader, from);
      var requestsSince = requests(reader, backlog, since);
      dispatched(reader, backlog);
      return reconciler.compare(
          new Terms(
              settledBefore,
              requestsSince.equals(Instant.MIN),
              tokensSince,
              usageSince.isBefore(since) ? since : usageSince));
    }
  }

  private Instant usage(RangeReader reader, Instant from) {
    var codec = codec(Topics.USAGE, UsageRecord.class);
    return reader.since(
        from,
        List.of(Topics.USAGE.name()),
        record ->
            decoded(codec, record)
                .filter(usage -> scope.includes(usage.getTenant()))
                .ifPresent(usage -> reconciler.usage(usage, record.timestamp())));
  }

  private void results(RangeReader reader, Instant from) {
    var codec = codec(Topics.RESULTS, InferenceResult.class);
    reader.since(
        from,
        List.of(Topics.RESULTS.name()),
        record ->
            decoded(codec, record)
                .filter(result -> scope.includes(result.getTenant()))
                .ifPresent(result -> reconciler.result(result, record.timestamp())));
  }

  private void deadLetters(RangeReader reader, Instant from) {
    var codec = codec(Topics.DEAD_LETTERS, DeadLetter.class);
    reader.since(
        from,
        List.of(Topics.DEAD_LETTERS.name()),
        record -> decoded(codec, record).ifPresent(reconciler::deadLetter));
  }

  private void totals(RangeReader reader) {
    var codec = codec(Topics.USAGE_TOTALS, UsageTotals.class);
    reader.since(
        Instant.MIN,
        List.of(Topics.USAGE_TOTALS.name()),
        record ->
            decoded(codec, record)
                .filter(totals -> scope.includes(totals.getTenant()))
                .ifPresent(reconciler::totals));
  }

  private Instant tokens(RangeReader reader, Instant from) {
    var codec = codec(Topics.TOKENS, TokenChunk.class);
    return reader.since(
        from,
        List.of(Topics.TOKENS.name()),
        record ->
            decoded(codec, record)
                .filter(chunk -> scope.includes(chunk.getTenant()))
                .ifPresent(chunk -> reconciler.tokens(chunk, record.timestamp())));
  }

  private Instant requests(RangeReader reader, Backlog backlog, Instant since) {
    var read = backlog.ofRouter(reader.partitions(REQUEST_TOPICS));
    var codecs = new HashMap<String, AvroCodec<InferenceRequest>>();
    for (var topic : List.of(Topics.REQUESTS, Topics.REQUESTS_OFFLINE)) {
      codecs.put(topic.name(), codec(topic, InferenceRequest.class));
    }
    return reader.since(
        since,
        REQUEST_TOPICS,
        record -> {
          if (Instant.ofEpochMilli(record.timestamp()).isBefore(since)) {
            return;
          }
          var position = read.getOrDefault(partition(record), 0L);
          request(codecs.get(record.topic()), record, record.offset() >= position);
        });
  }

  private void request(
      AvroCodec<InferenceRequest> codec, ConsumerRecord<byte[], byte[]> record, boolean waits) {
    try {
      request(codec.decode(record.value()), record, waits);
    } catch (MalformedTextException e) {
      request((InferenceRequest) e.record(), record, waits);
    } catch (UndecodableRecordException e) {
      if (scope.tenant().isEmpty() && !waits) {
        reconciler.stray(source(record), record.timestamp());
      }
    }
  }

  private void request(
      InferenceRequest request, ConsumerRecord<byte[], byte[]> record, boolean waits) {
    if (!scope.includes(request.getTenant())) {
      return;
    }
    reconciler.request(source(record), request, record.timestamp());
    if (waits) {
      reconciler.waits(new RequestKey(request.getTenant(), request.getRequestId()));
    }
  }

  /** What the router has passed on and no replica has taken. */
  private void dispatched(RangeReader reader, Backlog backlog) {
    for (var topic : reader.topics(Backlog.DISPATCH_PREFIX)) {
      if (!Topics.isDispatch(topic)) {
        continue;
      }
      var partitions = reader.partitions(List.of(topic));
      var starts = new HashMap<TopicPartition, Long>(reader.beginnings(partitions));
      backlog
          .ofDispatch(topic, partitions)
          .forEach((partition, offset) -> starts.merge(partition, offset, Math::max));
      reader.offsets(Map.copyOf(starts), this::waits);
    }
  }

  private void waits(ConsumerRecord<byte[], byte[]> dispatched) {
    if (dispatched.key() != null) { // else it is a marker of the router
      reconciler.waits(RequestKey.parse(dispatched.key()));
    }
  }

  private <T extends SpecificRecord> Optional<T> decoded(
      AvroCodec<T> codec, ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(codec.decode(record.value()));
    } catch (UndecodableRecordException e) {
      reconciler.undecodable(source(record), e.getMessage());
      return Optional.empty();
    }
  }

  private <T extends SpecificRecord> AvroCodec<T> codec(TopicSpec topic, Class<T> type) {
    return new AvroCodec<>(registry, topic.subject(), type);
  }

  private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
    return new TopicPartition(record.topic(), record.partition());
  }

  private static Source source(ConsumerRecord<byte[], byte[]> record) {
    return new Source(record.topic(), record.partition(), record.offset());
  }
}
