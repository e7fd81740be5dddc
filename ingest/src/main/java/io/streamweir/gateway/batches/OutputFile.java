package io.streamweir.gateway.batches;

import io.streamweir.gateway.files.FileStore;
import io.streamweir.schemas.FileSpan;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Topics;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * A file that a batch writes: collects lines and sends them as chunks with the next transaction.
 * Each chunk says which lines of the input it answers, so whoever takes the batch over knows them.
 * Not thread-safe.
 */
final class OutputFile {

  private final RequestKey key;
  private final FileStore files;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private final List<Integer> answered = new ArrayList<>();
  private final List<Future<RecordMetadata>> sent = new ArrayList<>();
  private FileSpan span;
  private long sentBytes;

  /**
   * @param span what it has already; null: nothing
   */
  OutputFile(FileStore files, RequestKey key, FileSpan span) {
    this.files = files;
    this.key = key;
    this.span = span;
  }

  String id() {
    return key.requestId();
  }

  void add(int line, byte[] output) {
    text.writeBytes(output);
    answered.add(line);
  }

  int pendingBytes() {
    return text.size();
  }

  /** Sends what was collected; the last of the chunks tells the lines. */
  void send(Outbox outbox) {
    var bytes = text.toByteArray();
    for (var from = 0; from < bytes.length; from += FileStore.CHUNK_BYTES) {
      var to = Math.min(bytes.length, from + FileStore.CHUNK_BYTES);
      var lines = to == bytes.length ? List.copyOf(answered) : List.<Integer>of();
      var chunk = files.encode(Arrays.copyOfRange(bytes, from, to), lines);
      sent.add(outbox.send(Topics.FILE_CHUNKS.name(), key, chunk));
    }
    sentBytes += bytes.length;
    text.reset();
    answered.clear();
  }

  /** Where its chunks are, now that what was sent has its offsets; null: there are none. */
  FileSpan located() {
    for (var one : sent) {
      var metadata = metadata(one);
      if (span == null) {
        span = new FileSpan(metadata.partition(), metadata.offset(), 0L, 0L);
      }
      span.setEndOffset(metadata.offset() + 1);
    }
    if (span != null) {
      span.setBytes(span.getBytes() + sentBytes);
    }
    sent.clear();
    sentBytes = 0;
    return span;
  }

  private static RecordMetadata metadata(Future<RecordMetadata> acknowledged) {
    try {
      return acknowledged.get();
    } catch (ExecutionException e) {
      throw new KafkaException("Output could not be written: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    }
  }
}
