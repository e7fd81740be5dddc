package io.streamweir.inference.journal;

import io.streamweir.flink.LogClients;
import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;

/** Writes the markers that fence predecessors. One thread. */
final class Markers implements AutoCloseable {

  private final JournalOptions options;
  private final AvroCodec<TokenChunk> codec;
  private KafkaProducer<byte[], byte[]> producer;

  Markers(JournalOptions options, AvroCodec<TokenChunk> codec) {
    this.options = options;
    this.codec = codec;
  }

  /**
   * Writes one for each request.
   *
   * @return their offsets, when all are in the log
   * @throws IllegalStateException if one cannot be written
   */
  Map<TokenJournal.Claim, Long> write(List<TokenJournal.Claim> claims, long incarnation) {
    if (producer == null) {
      producer = LogClients.producer(options.bootstrapServers(), options.clientId());
    }
    var acknowledged = new HashMap<TokenJournal.Claim, Future<RecordMetadata>>();
    for (var claim : claims) {
      acknowledged.put(claim, producer.send(marker(claim, incarnation)));
    }
    var offsets = new HashMap<TokenJournal.Claim, Long>();
    acknowledged.forEach((claim, future) -> offsets.put(claim, offset(future)));
    return offsets;
  }

  /** What was written is acknowledged, or nobody waits for it any more. */
  @Override
  public void close() {
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
  }

  private ProducerRecord<byte[], byte[]> marker(TokenJournal.Claim claim, long incarnation) {
    var chunk =
        TokenChunk.newBuilder()
            .setRequestId(claim.key().requestId())
            .setTenant(claim.key().tenant())
            .setKind(ChunkKind.MARKER)
            .setIncarnation(incarnation)
            .setDeployment(options.deployment())
            .build();
    return new ProducerRecord<>(
        Topics.TOKENS.name(), claim.partition(), claim.key().bytes(), codec.encode(chunk));
  }

  private static long offset(Future<RecordMetadata> acknowledged) {
    try {
      return acknowledged.get().offset();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "A marker could not be written to " + Topics.TOKENS.name() + ": " + e.getCause(),
          e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
