package io.streamweir.kafka;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * All records of some topics in a file. Brought into empty topics each has the offset that it had,
 * so that a state which names offsets fits them. The time of a record is the one at which it is
 * brought back, so that retention lets it live.
 *
 * <p>Not for topics that are written in transactions, or compacted: their offsets have gaps.
 */
public final class TopicCopy {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final int NONE = -1;

  private TopicCopy() {}

  /**
   * Writes the file.
   *
   * @throws IllegalStateException if the offsets of a partition have a gap
   */
  public static void write(String bootstrapServers, Collection<String> topics, Path file)
      throws IOException {
    var bytes = new ByteArrayDeserializer();
    try (var out = new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(file)));
        var consumer =
            new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrapServers), bytes, bytes)) {
      var partitions =
          topics.stream()
              .flatMap(topic -> consumer.partitionsFor(topic).stream())
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      var next = new HashMap<TopicPartition, Long>();
      while (partitions.stream().anyMatch(p -> next.getOrDefault(p, 0L) < ends.get(p))) {
        for (var record : consumer.poll(POLL)) {
          var partition = new TopicPartition(record.topic(), record.partition());
          var expected = next.getOrDefault(partition, 0L);
          if (record.offset() != expected) {
            throw new IllegalStateException(
                "%s goes from offset %d to %d; it cannot be copied"
                    .formatted(partition, expected, record.offset()));
          }
          next.put(partition, expected + 1);
          out.writeBoolean(true);
          write(record, out);
        }
      }
      out.writeBoolean(false);
    }
  }

  private static void write(ConsumerRecord<byte[], byte[]> record, DataOutputStream out)
      throws IOException {
    out.writeUTF(record.topic());
    out.writeInt(record.partition());
    out.writeLong(record.offset());
    write(record.key(), out);
    write(record.value(), out);
    var headers = record.headers().toArray();
    out.writeInt(headers.length);
    for (var header : headers) {
      out.writeUTF(header.key());
      write(header.value(), out);
    }
  }

  private static void write(byte[] bytes, DataOutputStream out) throws IOException {
    out.writeInt(bytes == null ? NONE : bytes.length);
    if (bytes != null) {
      out.write(bytes);
    }
  }

  /**
   * Brings the records of a file back.
   *
   * @throws IllegalStateException if a record gets another offset than it had
   */
  public static void restore(Path file, String bootstrapServers)
      throws IOException, ExecutionException, InterruptedException {
    var bytes = new ByteArraySerializer();
    try (var in = new DataInputStream(new GZIPInputStream(Files.newInputStream(file)));
        var producer =
            new KafkaProducer<>(Map.of("bootstrap.servers", bootstrapServers), bytes, bytes)) {
      while (in.readBoolean()) {
        var topic = in.readUTF();
        var partition = in.readInt();
        var offset = in.readLong();
        var key = readBytes(in);
        var value = readBytes(in);
        var record = new ProducerRecord<>(topic, partition, key, value, readHeaders(in));
        var metadata = producer.send(record).get();
        if (metadata.offset() != offset) {
          throw new IllegalStateException(
              "%s got offset %d instead of %d".formatted(metadata, metadata.offset(), offset));
        }
      }
    }
  }

  private static Headers readHeaders(DataInputStream in) throws IOException {
    var count = in.readInt();
    var headers = new RecordHeaders();
    for (int i = 0; i < count; i++) {
      headers.add(in.readUTF(), readBytes(in));
    }
    return headers;
  }

  private static byte[] readBytes(DataInputStream in) throws IOException {
    var length = in.readInt();
    return length == NONE ? null : in.readNBytes(length);
  }
}
