package io.streamweir.gateway.keys;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A key as it is kept: not itself, but its digest.
 *
 * @param name for people
 * @param sha256 of the key, in lower-case hexadecimal digits; a key is long and random, so a plain
 *     digest cannot be turned back
 * @param tenant who is billed
 * @param scopes what it may be used for
 * @param models names that may be asked for; empty: all
 * @param expires the first moment at which it is void; empty: never
 * @param disabled whether it is void now
 */
record ApiKey(
    String name,
    String sha256,
    String tenant,
    Set<Scope> scopes,
    Optional<Set<String>> models,
    Optional<Instant> expires,
    boolean disabled) {

  boolean validAt(Instant now) {
    return !disabled && expires.map(now::isBefore).orElse(true);
  }
}
