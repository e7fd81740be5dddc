package io.streamweir.client.internal;

import io.streamweir.schemas.TokenChunk;
import java.util.ArrayDeque;

/** Chunks that wait for a subscriber, bounded by their size in memory. Not thread-safe. */
final class ChunkBuffer {

  /** What a chunk without tokens and text takes on the heap, about. */
  private static final int CHUNK_BYTES = 200;

  private static final int TOKEN_BYTES = 20;
  private static final int CHARACTER_BYTES = 2;
  private static final int DELTA_BYTES = 80;
  private static final int LOGPROB_BYTES = 120;

  private final int limitBytes;
  private final ArrayDeque<TokenChunk> chunks = new ArrayDeque<>();
  private int bytes;

  ChunkBuffer(int limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** Whether another chunk would go beyond the limit; the last one that came in may. */
  boolean full() {
    return bytes >= limitBytes;
  }

  boolean isEmpty() {
    return chunks.isEmpty();
  }

  void add(TokenChunk chunk) {
    chunks.add(chunk);
    bytes += size(chunk);
  }

  TokenChunk poll() {
    var chunk = chunks.poll();
    bytes -= size(chunk);
    return chunk;
  }

  void clear() {
    chunks.clear();
    bytes = 0;
  }

  private static int size(TokenChunk chunk) {
    return CHUNK_BYTES
        + TOKEN_BYTES * chunk.getTokenIds().size()
        + CHARACTER_BYTES * chunk.getText().length()
        + deltaBytes(chunk)
        + logprobBytes(chunk);
  }

  private static int deltaBytes(TokenChunk chunk) {
    var bytes = 0;
    if (chunk.getDeltas() != null) {
      for (var delta : chunk.getDeltas()) {
        bytes += DELTA_BYTES + CHARACTER_BYTES * delta.getText().length();
      }
    }
    return bytes;
  }

  private static int logprobBytes(TokenChunk chunk) {
    var candidates = 0;
    for (var one : chunk.getLogprobs()) {
      candidates += 1 + one.getTop().size();
    }
    return LOGPROB_BYTES * candidates;
  }
}
