package io.streamweir.client.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Sweeps that take turns. None ever goes back: a stream joins one that is to come by its place, or
 * begins another, or waits while there are too many. Not thread-safe.
 */
final class Sweeps {

  private final int limit;
  private final long nearRecords;
  private final Deque<Sweep> sweeps = new ArrayDeque<>();
  private final List<FollowedStream> waiting = new ArrayList<>();

  /**
   * @param limit sweeps at the same time
   * @param nearRecords a stream that is no further ahead of a sweep than this joins it
   */
  Sweeps(int limit, long nearRecords) {
    this.limit = limit;
    this.nearRecords = nearRecords;
  }

  boolean isEmpty() {
    return sweeps.isEmpty() && waiting.isEmpty();
  }

  void admit(Collection<FollowedStream> streams) {
    waiting.addAll(streams);
    waiting.removeIf(this::admitted);
  }

  /** Whose turn it is. */
  Sweep first() {
    return sweeps.element();
  }

  /** Ends the turn of the first. */
  void next() {
    var first = sweeps.remove();
    if (!first.isEmpty()) {
      sweeps.add(merged(first));
    }
    admit(List.of());
  }

  /** One sweep instead of those that have come to the same stretch. */
  private Sweep merged(Sweep sweep) {
    var all = sweep;
    for (var other : List.copyOf(sweeps)) {
      if (other.partition().equals(all.partition())
          && Math.abs(other.position() - all.position()) <= nearRecords) {
        sweeps.remove(other);
        var behind = all.position() <= other.position() ? all : other;
        behind.absorb(behind == all ? other : all);
        all = behind;
      }
    }
    return all;
  }

  /** Whether it needs to wait no more. */
  private boolean admitted(FollowedStream stream) {
    if (stream.isClosed()) {
      return true;
    }
    var needed = stream.nextOffset();
    var comesBy =
        sweeps.stream()
            .filter(sweep -> sweep.partition().equals(stream.partition()))
            .filter(sweep -> sweep.position() <= needed)
            .max(Comparator.comparingLong(Sweep::position));
    var full = sweeps.size() >= limit;
    if (comesBy.isPresent() && (full || needed - comesBy.get().position() <= nearRecords)) {
      comesBy.get().admit(stream, needed);
      return true;
    }
    if (!full) {
      var sweep = new Sweep(FollowedStream.Feed.HISTORY, stream.partition(), needed);
      sweep.admit(stream, needed);
      sweeps.add(sweep);
    }
    return !full;
  }
}
