package io.streamweir.schemas.quota;

/** What the caller is told whose quota is exhausted. */
public final class Refusals {

  /** The same in a record and in an answer. */
  public static final String CODE = "rate_limit_exceeded";

  private Refusals() {}

  /**
   * @param whose quota it is
   * @param allowed in words
   * @param waitMs after how many milliseconds the same request may be let through
   */
  public static String message(String whose, String allowed, long waitMs) {
    return whose
        + " may take "
        + allowed
        + ", and has taken them. Send the request again in "
        + wholeSeconds(waitMs)
        + " s, or have the quota raised.";
  }

  /** Rounded up, at least 1. */
  public static long wholeSeconds(long millis) {
    return Math.max(1, (millis + 999) / 1000);
  }
}
