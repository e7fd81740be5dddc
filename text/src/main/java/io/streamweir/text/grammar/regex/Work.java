package io.streamweir.text.grammar.regex;

/**
 * What one call may still compute, in units of about ten nanoseconds. Keeps a hostile pattern or
 * grammar from holding a thread. Not thread-safe.
 */
public final class Work {
  private final long perCall;
  private long left;

  public Work(long perCall) {
    this.perCall = perCall;
    this.left = perCall;
  }

  /** For what is known to be small. */
  static Work unlimited() {
    return new Work(Long.MAX_VALUE);
  }

  /** What has been spent since the call began. */
  public long spent() {
    return perCall - left;
  }

  /** A new call begins. */
  public void restart() {
    left = perCall;
  }

  /**
   * @throws io.streamweir.text.grammar.ConstraintException in the name of {@code origin} if nothing
   *     is left
   */
  public void spend(long units, Origin origin) {
    left -= units;
    if (left < 0) {
      throw origin.refuse(
          "takes more time per token than is allowed; make it simpler or its repetitions shorter");
    }
  }
}
