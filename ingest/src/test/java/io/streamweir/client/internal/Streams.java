package io.streamweir.client.internal;

import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.tokens.TokenSequence;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;

/** Streams that are to be read again, for tests. */
final class Streams {

  private static final int BUFFER_BYTES = 4096;

  private Streams() {}

  /**
   * @param end at which the log ends
   */
  static FollowedStream recorded(RequestKey key, TopicPartition partition, long offset, long end) {
    var stream =
        FollowedStream.recorded(
            key,
            partition,
            offset,
            new TokenSequence(),
            Runnable::run,
            BUFFER_BYTES,
            new FollowedStream.Owner() {
              @Override
              public void lagging(FollowedStream lagging) {
                // Nobody reads but the test.
              }

              @Override
              public void closed(FollowedStream closed) {
                // Nothing to clean up.
              }
            });
    stream.end(end);
    return stream;
  }

  /** Of a record of such a log: the one at offset n holds token n. */
  static byte[] value(long offset) {
    return ByteBuffer.allocate(Long.BYTES).putLong(offset).array();
  }

  /** The record behind the last token ends the stream. */
  static Function<byte[], TokenChunk> decoder(RequestKey key, int tokens) {
    return value -> {
      var index = (int) ByteBuffer.wrap(value).getLong();
      var chunk =
          TokenChunk.newBuilder()
              .setRequestId(key.requestId())
              .setIncarnation(1)
              .setFirstIndex(index);
      return index == tokens
          ? chunk.setFinishReason("stop").build()
          : chunk.setTokenIds(List.of(index)).setText(index + " ").build();
    };
  }
}
