package io.streamweir.client.internal;

import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.tokens.TokenSequence;
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
}
