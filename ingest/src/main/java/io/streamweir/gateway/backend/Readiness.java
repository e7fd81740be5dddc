package io.streamweir.gateway.backend;

/**
 * Whether a request would succeed.
 *
 * @param ready true if it would
 * @param reason in words; "ready" if it would
 */
public record Readiness(boolean ready, String reason) {

  static final Readiness READY = new Readiness(true, "ready");

  public static Readiness not(String reason) {
    return new Readiness(false, reason);
  }
}
