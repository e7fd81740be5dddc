package io.streamweir.flink;

import io.streamweir.threads.DaemonThreads;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The right of a task to go on, which it loses when its process did not run for so long that it may
 * have been replaced.
 *
 * <p>A process that is frozen (stopped, swapped out, a virtual machine that is moved) does not know
 * it. The cluster gives it up after {@code heartbeat.timeout} and starts its tasks elsewhere; when
 * it wakes up, it must not take up or release anything before it hears of that. A thread beats
 * several times a second; a long silence of that thread means that the whole process stood still,
 * while a task that merely waits, for the broker for instance, keeps its lease.
 */
public final class Lease implements AutoCloseable {

  private static final long BEAT_MILLIS = 200;

  private final long limitNanos;
  private final LongSupplier nanoTime;
  private final ScheduledExecutorService beat;
  private volatile long lastBeat;
  private volatile long longestSilence;

  /**
   * @param limit shorter than {@code heartbeat.timeout}
   */
  public Lease(String name, Duration limit) {
    this(limit, System::nanoTime, scheduler(name));
    beat.scheduleAtFixedRate(this::beat, BEAT_MILLIS, BEAT_MILLIS, TimeUnit.MILLISECONDS);
  }

  Lease(Duration limit, LongSupplier nanoTime, ScheduledExecutorService beat) {
    this.limitNanos = limit.toNanos();
    this.nanoTime = nanoTime;
    this.beat = beat;
    this.lastBeat = nanoTime.getAsLong();
  }

  private static ScheduledExecutorService scheduler(String name) {
    return Executors.newSingleThreadScheduledExecutor(DaemonThreads.named(name));
  }

  void beat() {
    var now = nanoTime.getAsLong();
    longestSilence = Math.max(longestSilence, now - lastBeat);
    lastBeat = now;
  }

  /**
   * Asked before anything is taken up or released.
   *
   * @throws IllegalStateException if the process stood still for too long
   */
  public void check() {
    var silence = Math.max(longestSilence, nanoTime.getAsLong() - lastBeat);
    if (silence > limitNanos) {
      throw new IllegalStateException(
          "This process did not run for "
              + TimeUnit.NANOSECONDS.toMillis(silence)
              + " ms, longer than freeze.limit ("
              + TimeUnit.NANOSECONDS.toMillis(limitNanos)
              + " ms), so its work may have been given to another. The task ends and is started"
              + " again if it was not. Was the process stopped, or the machine out of memory?");
    }
  }

  @Override
  public void close() {
    beat.shutdownNow();
  }
}
