package io.streamweir.client.internal;

import io.streamweir.client.BrokenStreamException;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** The streams that are read a second time on one partition, and how far. Not thread-safe. */
final class Sweep {

  private static final long UNKNOWN = -1;

  private final TopicPartition partition;
  private final Map<RequestKey, List<FollowedStream>> served = new HashMap<>();
  private long position = UNKNOWN;

  Sweep(TopicPartition partition) {
    this.partition = partition;
  }

  boolean isEmpty() {
    return served.isEmpty();
  }

  boolean isPositioned() {
    return position != UNKNOWN;
  }

  /** Where to read; the oldest offset that a stream needs, if it was forgotten. */
  long position() {
    if (position == UNKNOWN) {
      position = streams().stream().mapToLong(FollowedStream::nextOffset).min().orElseThrow();
    }
    return position;
  }

  void forgetPosition() {
    position = UNKNOWN;
  }

  /** Returns whether the reader has to move for the newcomer. */
  boolean admit(FollowedStream stream) {
    var needed = stream.admitToCatchUp();
    served.computeIfAbsent(stream.key(), key -> new ArrayList<>(1)).add(stream);
    var comesBy = position != UNKNOWN && needed >= position;
    if (!comesBy && position != UNKNOWN) {
      position = needed;
    }
    return !comesBy;
  }

  void offer(ConsumerRecord<byte[], byte[]> record, Function<byte[], TokenChunk> decoder) {
    var key = RecordKeys.of(record);
    var streams = key == null ? null : served.get(key);
    if (streams != null) {
      for (var stream : streams) {
        stream.offer(FollowedStream.Feed.CATCH_UP, record.offset(), record.value(), decoder);
      }
    }
  }

  /**
   * @param offset every record below it was offered
   */
  void reached(long offset) {
    position = offset;
  }

  /** Lets go of the streams that need no more, for the time being or for good. */
  void release(LongSupplier liveOffset) {
    if (position != UNKNOWN) {
      removeIf(stream -> !stream.staysInCatchUp(position, liveOffset));
    }
  }

  /**
   * Retention was faster than the reader. Who has taken something already has lost tokens; who has
   * not may find its beginning further on.
   *
   * @param first offset at which the log begins now
   */
  void dropLost(long first, Exception cause) {
    removeIf(
        stream -> {
          if (stream.nextOffset() >= first || stream.skipTo(first)) {
            return false;
          }
          stream.fail(lost(stream, first, cause));
          return true;
        });
    position = UNKNOWN;
  }

  private BrokenStreamException lost(FollowedStream stream, long first, Exception cause) {
    return new BrokenStreamException(
        "The subscriber to "
            + stream.key()
            + " was so slow that its tokens, at offset "
            + stream.nextOffset()
            + " of "
            + partition
            + ", are gone by the topic's retention (it begins at "
            + first
            + "). Await the result instead.",
        cause);
  }

  private List<FollowedStream> streams() {
    return served.values().stream().flatMap(Collection::stream).toList();
  }

  private void removeIf(Predicate<FollowedStream> leaves) {
    served
        .values()
        .removeIf(
            streams -> {
              streams.removeIf(leaves);
              return streams.isEmpty();
            });
  }
}
