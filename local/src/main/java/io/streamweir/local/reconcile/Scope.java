package io.streamweir.local.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What to compare.
 *
 * @param since requests sent then or later; empty: all that the topics hold
 * @param tenant only its requests; empty: those of all
 * @param patience how long a request may be silent before what it lacks is lost instead of open
 * @param mostRequests how many requests are compared in one run; each takes about 500 bytes
 */
public record Scope(
    Optional<Instant> since, Optional<String> tenant, Duration patience, int mostRequests) {

  boolean includes(String ofTenant) {
    return tenant.isEmpty() || tenant.get().equals(ofTenant);
  }
}
