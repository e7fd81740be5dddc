package io.streamweir.text;

import java.time.Duration;
import java.util.Random;

/**
 * How long a fuzz test goes on: over so many seeds in a build, the same in each; longer with {@code
 * -Dstreamweir.fuzz.seconds=600}, and from another seed on with {@code -Dstreamweir.fuzz.seed}.
 *
 * <pre>{@code
 * Fuzz fuzz = Fuzz.of("parsers", 3_000);
 * while (fuzz.goesOn()) {
 *   Random random = fuzz.random();
 *   ...
 * }
 * }</pre>
 */
public final class Fuzz {
  private static final Duration LONGER =
      Duration.ofSeconds(Long.getLong("streamweir.fuzz.seconds", 0));
  private static final long FIRST = Long.getLong("streamweir.fuzz.seed", 0);

  /** Neighbouring seeds of {@link Random} begin alike; multiplied by this they do not. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final String what;
  private final long least;
  private final long start = System.nanoTime();
  private long count;

  private Fuzz(String what, long least) {
    this.what = what;
    this.least = least;
  }

  public static Fuzz of(String what, long least) {
    return new Fuzz(what, least);
  }

  /** Goes on to the next seed, or says how many there were. */
  public boolean goesOn() {
    long taken = System.nanoTime() - start;
    if (count < least || taken < LONGER.toNanos()) {
      count++;
      return true;
    }
    System.out.printf(
        "Fuzzed %s: %d seeds from %d on, %d s%n",
        what, count, FIRST, Duration.ofNanos(taken).toSeconds());
    return false;
  }

  /** To name in a failure. */
  public long seed() {
    return FIRST + count - 1;
  }

  public Random random() {
    return new Random(seed() * SPREAD);
  }
}
