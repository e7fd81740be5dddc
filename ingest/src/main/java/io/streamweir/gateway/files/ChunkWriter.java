package io.streamweir.gateway.files;

import io.streamweir.schemas.FileSpan;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Cuts what arrives of a file into chunks and sends them. At most two are on the way: whoever feeds
 * it pauses while it is full. Used on one event loop.
 */
final class ChunkWriter {

  private static final int MOST_UNACKNOWLEDGED = 2;

  /** Where the chunks go. */
  interface Sink {

    /**
     * @return completes when the chunk is kept
     */
    CompletionStage<RecordMetadata> append(byte[] chunk);
  }

  /**
   * What a file turned out to be.
   *
   * @param span empty if it has no content
   * @param lines blank ones included
   * @param requests lines that are not blank
   */
  record Content(Optional<FileSpan> span, long bytes, long lines, long requests) {}

  private final Sink sink;
  private final Executor eventLoop;
  private final LineCounter counter = new LineCounter();
  private final CompletableFuture<Content> written = new CompletableFuture<>();
  private Buffer chunk = Buffer.buffer();
  private FileSpan span;
  private long bytes;
  private int unacknowledged;
  private boolean ended;
  private Runnable whenDrained = () -> {};

  ChunkWriter(Sink sink, Executor eventLoop) {
    this.sink = sink;
    this.eventLoop = eventLoop;
  }

  long bytes() {
    return bytes;
  }

  void take(Buffer part) {
    bytes += part.length();
    for (var from = 0; from < part.length(); ) {
      var to = Math.min(part.length(), from + FileStore.CHUNK_BYTES - chunk.length());
      chunk.appendBuffer(part, from, to - from);
      from = to;
      if (chunk.length() == FileStore.CHUNK_BYTES) {
        send();
      }
    }
  }

  boolean full() {
    return unacknowledged >= MOST_UNACKNOWLEDGED;
  }

  /**
   * @param then runs every time that a chunk has been acknowledged
   */
  void whenDrained(Runnable then) {
    whenDrained = then;
  }

  /**
   * Nothing more comes.
   *
   * @return completes when Kafka has everything; exceptionally if it took a chunk not
   */
  CompletionStage<Content> end() {
    ended = true;
    if (chunk.length() > 0) {
      send();
    }
    settle();
    return written;
  }

  private void send() {
    var content = chunk.getBytes();
    chunk = Buffer.buffer();
    counter.take(content);
    unacknowledged++;
    sink.append(content)
        .whenCompleteAsync(
            (metadata, failure) -> {
              unacknowledged--;
              if (failure == null) {
                acknowledged(metadata);
              } else {
                written.completeExceptionally(failure);
              }
              whenDrained.run();
            },
            eventLoop);
  }

  private void acknowledged(RecordMetadata metadata) {
    if (span == null) {
      span = new FileSpan(metadata.partition(), metadata.offset(), metadata.offset() + 1, 0L);
    }
    span.setEndOffset(metadata.offset() + 1);
    settle();
  }

  private void settle() {
    if (!ended || unacknowledged > 0) {
      return;
    }
    if (span != null) {
      span.setBytes(bytes);
    }
    written.complete(
        new Content(Optional.ofNullable(span), bytes, counter.lines(), counter.filled()));
  }
}
