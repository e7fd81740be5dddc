package io.streamweir.router;

import io.streamweir.schemas.DeadLetter;
import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What the router has written, read back as consumers see it: committed records only. */
record RouterLog(String bootstrapServers, SchemaRegistry registry) {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A decoded record with where it lay. */
  record Entry<T>(ConsumerRecord<byte[], byte[]> record, T value) {}

  List<Entry<DispatchedRequest>> dispatched(
      String deployment, Lane lane, Predicate<DispatchedRequest> which, int atLeast) {
    return await(Topics.dispatchName(deployment, lane), DispatchedRequest.class, which, atLeast);
  }

  List<Entry<InferenceResult>> results(Predicate<InferenceResult> which, int atLeast) {
    return await(Topics.RESULTS.name(), InferenceResult.class, which, atLeast);
  }

  List<Entry<UsageRecord>> usage(Predicate<UsageRecord> which, int atLeast) {
    return await(Topics.USAGE.name(), UsageRecord.class, which, atLeast);
  }

  List<Entry<TokenChunk>> chunks(Predicate<TokenChunk> which, int atLeast) {
    return await(Topics.TOKENS.name(), TokenChunk.class, which, atLeast);
  }

  List<Entry<DeadLetter>> deadLetters(Predicate<DeadLetter> which, int atLeast) {
    return await(Topics.DEAD_LETTERS.name(), DeadLetter.class, which, atLeast);
  }

  /** Reads the topic from its beginning until there are that many, and then to its present end. */
  private <T extends SpecificRecord> List<Entry<T>> await(
      String topic, Class<T> type, Predicate<T> which, int atLeast) {
    var codec = new AvroCodec<T>(registry, Topics.subjectOf(topic), type);
    var found = new ArrayList<Entry<T>>();
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "allow.auto.create.topics",
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      var partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (true) {
        for (var record : consumer.poll(Duration.ofMillis(50))) {
          var value = codec.decode(record.value());
          if (which.test(value)) {
            found.add(new Entry<>(record, value));
          }
        }
        var ends = consumer.endOffsets(partitions);
        var atEnd = partitions.stream().allMatch(p -> consumer.position(p) >= ends.get(p));
        if (found.size() >= atLeast && atEnd) {
          return found;
        }
        if (System.nanoTime() > deadline) {
          throw new AssertionError(
              "Only " + found.size() + " of " + atLeast + " records in " + topic + ": " + found);
        }
      }
    }
  }
}
