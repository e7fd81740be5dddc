package io.streamweir.gateway.batches;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;

/**
 * Which batches are read on in a turn, and how far.
 *
 * <p>Lines of a tenant with quotas wait in the router until these allow them, and it keeps a
 * bounded number of them; so no more are on their way at a time than it has room for, and none is
 * refused. Such a batch is read for as long as its quota makes it last, so those have places of
 * their own. Not thread-safe.
 */
final class ReadingTurns {

  /** Each that is read holds its custom ids in memory. */
  private static final int MOST_FREE = 2;

  /** Of as many tenants. */
  private static final int MOST_HELD = 8;

  /** Well below what a subtask of the router keeps waiting, of a tenant and in all. */
  private static final int MOST_LINES_OF_TENANT = 400;

  private static final int MOST_LINES = 1600;

  /** With the last line beyond it less than what the router keeps waiting of one tenant. */
  private static final long MOST_BYTES = 4 << 20;

  /** A transaction for each line that has room would be many. */
  private static final int WORTHWHILE = 50;

  private final HeldTenants held;

  /**
   * A batch to be read on.
   *
   * @param lines that it may send at most
   * @param bytes behind which it sends no further line
   */
  record Turn(BatchJob job, int lines, long bytes) {}

  ReadingTurns(HeldTenants held) {
    this.held = held;
  }

  /**
   * @param jobs that run, oldest first
   */
  List<Turn> of(Collection<BatchJob> jobs) {
    var turns = new ArrayList<Turn>();
    var tenants = new HashSet<String>();
    var free = MOST_FREE;
    var lines = MOST_LINES - jobs.stream().filter(this::isHeld).mapToLong(BatchJob::underway).sum();
    var bytes =
        MOST_BYTES - jobs.stream().filter(this::isHeld).mapToLong(BatchJob::underwayBytes).sum();
    for (var job : jobs) {
      if (!job.reading()) {
        continue;
      }
      if (!isHeld(job) || job.sweeping()) {
        if (free-- > 0) {
          turns.add(new Turn(job, Integer.MAX_VALUE, Long.MAX_VALUE));
        }
      } else if (tenants.size() < MOST_HELD && tenants.add(job.key().tenant())) {
        var room = Math.min(lines, room(job.key().tenant(), jobs));
        if (room >= WORTHWHILE && bytes > 0) {
          turns.add(new Turn(job, Math.toIntExact(room), bytes));
          lines -= room;
          bytes = 0;
        }
      }
    }
    return turns;
  }

  private long room(String tenant, Collection<BatchJob> jobs) {
    return MOST_LINES_OF_TENANT
        - jobs.stream()
            .filter(job -> job.key().tenant().equals(tenant))
            .mapToLong(BatchJob::underway)
            .sum();
  }

  private boolean isHeld(BatchJob job) {
    return held.hold(job.key().tenant(), job.apiKey());
  }
}
