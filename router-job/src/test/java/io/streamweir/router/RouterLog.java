package io.streamweir.router;

import io.streamweir.schemas.DeadLetter;
import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What the router has written, read back as consumers see it: committed records only.
 *
 * <p>Not thread-safe.
 */
final class RouterLog implements AutoCloseable {

  /** A decoded record with where it lay. */
  record Entry<T>(ConsumerRecord<byte[], byte[]> record, T value) {}

  private final String bootstrapServers;
  private final SchemaRegistry registry;
  private final TopicLog<InferenceResult> results;
  private final TopicLog<UsageRecord> usage;
  private final TopicLog<TokenChunk> chunks;
  private final TopicLog<DeadLetter> deadLetters;
  private final Map<String, TopicLog<DispatchedRequest>> dispatched = new HashMap<>();

  /** The topics must be there. */
  RouterLog(String bootstrapServers, SchemaRegistry registry) {
    this.bootstrapServers = bootstrapServers;
    this.registry = registry;
    this.results = open(Topics.RESULTS.name(), InferenceResult.class);
    this.usage = open(Topics.USAGE.name(), UsageRecord.class);
    this.chunks = open(Topics.TOKENS.name(), TokenChunk.class);
    this.deadLetters = open(Topics.DEAD_LETTERS.name(), DeadLetter.class);
  }

  private <T extends SpecificRecord> TopicLog<T> open(String topic, Class<T> type) {
    return new TopicLog<>(bootstrapServers, registry, topic, type);
  }

  List<Entry<DispatchedRequest>> dispatched(
      String deployment, Lane lane, Predicate<DispatchedRequest> which, int atLeast) {
    return dispatched
        .computeIfAbsent(
            Topics.dispatchName(deployment, lane), topic -> open(topic, DispatchedRequest.class))
        .await(which, atLeast);
  }

  List<Entry<InferenceResult>> results(Predicate<InferenceResult> which, int atLeast) {
    return results.await(which, atLeast);
  }

  List<Entry<UsageRecord>> usage(Predicate<UsageRecord> which, int atLeast) {
    return usage.await(which, atLeast);
  }

  List<Entry<TokenChunk>> chunks(Predicate<TokenChunk> which, int atLeast) {
    return chunks.await(which, atLeast);
  }

  List<Entry<DeadLetter>> deadLetters(Predicate<DeadLetter> which, int atLeast) {
    return deadLetters.await(which, atLeast);
  }

  @Override
  public void close() {
    List.of(results, usage, chunks, deadLetters).forEach(TopicLog::close);
    dispatched.values().forEach(TopicLog::close);
  }
}
