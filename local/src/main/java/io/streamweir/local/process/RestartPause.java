package io.streamweir.local.process;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * How long a process that died stays down: a moment at first, twice as long each time it dies again
 * soon, up to a limit. So a crash costs little, and a process that cannot run leaves the machine to
 * its neighbours. A run of three times the longest pause is forgiven what was before it. Not
 * thread-safe.
 */
public final class RestartPause {

  private static final int HEALTHY = 3;

  private final InstantSource clock;
  private final Duration shortest;
  private final Duration longest;
  private Duration pause = Duration.ZERO;
  private Instant startedAt = Instant.EPOCH;
  private Instant dueAt = Instant.MAX;

  /**
   * @param shortest before the first restart
   * @param longest before any
   */
  public RestartPause(InstantSource clock, Duration shortest, Duration longest) {
    this.clock = clock;
    this.shortest = shortest;
    this.longest = longest;
  }

  /** Takes note of a death, and returns the pause until the restart. */
  public Duration died() {
    var now = clock.instant();
    var ranWell = !planned() && !now.isBefore(startedAt.plus(longest.multipliedBy(HEALTHY)));
    pause = pause.isZero() || ranWell ? shortest : shorter(pause.multipliedBy(2), longest);
    dueAt = now.plus(pause);
    return pause;
  }

  /** Takes note of a start, whoever did it. */
  public void started() {
    startedAt = clock.instant();
    dueAt = Instant.MAX;
  }

  /** Whether a restart is planned: the death has been noted, a start has not. */
  public boolean planned() {
    return !dueAt.equals(Instant.MAX);
  }

  /** Whether a restart is planned and its time has come. */
  public boolean due() {
    return planned() && !clock.instant().isBefore(dueAt);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
