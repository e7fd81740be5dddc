package io.streamweir.inference.journal;

import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What predecessors of this writer have released, by request, until the request is claimed.
 *
 * <p>Pure; not thread-safe.
 */
final class Predecessors {

  private final String deployment;
  private final Predicate<RequestKey> concerns;
  private final Map<RequestKey, Released> byKey = new HashMap<>();
  private long newestIncarnation;

  /**
   * @param deployment whose chunks count
   * @param concerns whether a request can come to this writer at all
   */
  Predecessors(String deployment, Predicate<RequestKey> concerns) {
    this.deployment = deployment;
    this.concerns = concerns;
  }

  /** Takes up a request that the state knows, with what the state knows of it. */
  void expect(RequestKey key, int knownTokens, int knownCodePoints, int knownDeltas) {
    byKey.put(key, new Released(knownTokens, knownCodePoints, knownDeltas));
  }

  /** Takes the next chunk of the log. */
  void accept(TokenChunk chunk) {
    if (!chunk.getDeployment().equals(deployment)) {
      return;
    }
    newestIncarnation = Math.max(newestIncarnation, chunk.getIncarnation());
    var key = new RequestKey(chunk.getTenant(), chunk.getRequestId());
    var released = byKey.get(key);
    if (released == null) {
      if (!concerns.test(key)) {
        return;
      }
      released = new Released(0, 0, 0);
      byKey.put(key, released);
    }
    released.accept(chunk);
  }

  /** What there is of a request, which from now on is this writer's; an empty one if nothing is. */
  Released claim(RequestKey key) {
    var released = byKey.remove(key);
    return released == null ? new Released(0, 0, 0) : released;
  }

  /** Forgets the requests that cannot come to this writer. */
  void retain(Predicate<RequestKey> own) {
    byKey.keySet().removeIf(own.negate());
  }

  boolean isEmpty() {
    return byKey.isEmpty();
  }

  /** The highest incarnation of this deployment in what was read; 0 if there was none. */
  long newestIncarnation() {
    return newestIncarnation;
  }
}
