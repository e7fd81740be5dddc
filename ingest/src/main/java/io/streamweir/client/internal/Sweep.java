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
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Streams that are read a second time together, on one partition, and how far. It goes forward
 * only: who needs an older place waits for the next pass, which begins when this one has come to
 * where the log ended when he asked. Not thread-safe.
 */
final class Sweep {

  private final FollowedStream.Feed reader;
  private final TopicPartition partition;
  private final Map<RequestKey, List<FollowedStream>> served = new HashMap<>();
  private final List<FollowedStream> nextPass = new ArrayList<>();
  private long position;
  private long passEnd;

  /**
   * @param reader whose it is
   * @param position where to begin
   */
  Sweep(FollowedStream.Feed reader, TopicPartition partition, long position) {
    this.reader = reader;
    this.partition = partition;
    this.position = position;
  }

  /** Puts a consumer where sweeps need it, each on a partition of its own. */
  static void place(Consumer<byte[], byte[]> consumer, Collection<Sweep> sweeps) {
    var partitions = sweeps.stream().map(Sweep::partition).collect(Collectors.toSet());
    var elsewhere = !consumer.assignment().equals(partitions);
    if (elsewhere) {
      consumer.assign(partitions);
    }
    for (var sweep : sweeps) {
      if (elsewhere || consumer.position(sweep.partition) != sweep.position) {
        consumer.seek(sweep.partition, sweep.position);
      }
    }
  }

  TopicPartition partition() {
    return partition;
  }

  /** Where to read on. */
  long position() {
    return position;
  }

  boolean isEmpty() {
    return served.isEmpty() && nextPass.isEmpty();
  }

  /**
   * Takes a stream in: at once if its place is yet to come, else with the next pass.
   *
   * @param end at which the log ends now; only for who waits
   */
  void admit(FollowedStream stream, long end) {
    if (stream.nextOffset() >= position) {
      serve(stream);
      return;
    }
    if (nextPass.isEmpty()) {
      passEnd = end;
    }
    nextPass.add(stream);
  }

  /**
   * A stream that does not take the record is let go at once: it may ask for a reader again, and
   * come back at an older place, before this one has read on.
   */
  void offer(ConsumerRecord<byte[], byte[]> record, Function<byte[], TokenChunk> decoder) {
    var key = RecordKeys.of(record);
    var streams = key == null ? null : served.get(key);
    if (streams != null) {
      streams.removeIf(stream -> !stream.offer(reader, record.offset(), record.value(), decoder));
      if (streams.isEmpty()) {
        served.remove(key);
      }
    }
  }

  /**
   * @param offset every record below it was offered
   */
  void reached(long offset) {
    position = offset;
  }

  /**
   * Lets go of the streams that need no more, for the time being or for good, begins the next pass
   * when it is time, and leaves out what nobody needs.
   */
  void release(LongSupplier liveOffset) {
    removeIf(stream -> !stream.staysIn(reader, position, liveOffset));
    if (!nextPass.isEmpty() && (served.isEmpty() || position >= passEnd)) {
      position = oldest(nextPass);
      nextPass.forEach(this::serve);
      nextPass.clear();
    }
    if (!served.isEmpty()) {
      position = Math.max(position, oldest(streams()));
    }
  }

  /** Gives up all its streams, to be read elsewhere from {@link #position}. */
  List<FollowedStream> disband() {
    var all = streams().stream().filter(stream -> stream.leave(reader, position)).toList();
    served.clear();
    return all;
  }

  /** Takes over the streams of another one, which is not behind it. */
  void absorb(Sweep ahead) {
    ahead.disband().forEach(this::serve);
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
    position = first;
  }

  private void serve(FollowedStream stream) {
    stream.admitTo(reader);
    served.computeIfAbsent(stream.key(), key -> new ArrayList<>(1)).add(stream);
  }

  private static long oldest(Collection<FollowedStream> streams) {
    return streams.stream().mapToLong(FollowedStream::nextOffset).min().orElseThrow();
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
