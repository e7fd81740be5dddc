package io.streamweir.inference.operator;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Cancels of requests that are not here, because they are yet to come or belong to another replica.
 * Bounded in number and in time, oldest out first; not in state, because every run of the task
 * reads the control topic from its beginning.
 */
final class EarlyCancels {

  /**
   * @param reason null if none was given
   */
  record Cancel(String reason, long expiresAtMillis) {}

  private final int capacity;
  private final long ttlMillis;
  private final Map<String, Cancel> byId = new LinkedHashMap<>();

  EarlyCancels(int capacity, long ttlMillis) {
    this.capacity = capacity;
    this.ttlMillis = ttlMillis;
  }

  /**
   * @param issuedAtMillis timestamp of the command in the control topic
   */
  void add(String id, String reason, long issuedAtMillis, long nowMillis) {
    forgetOld(nowMillis);
    if (issuedAtMillis + ttlMillis > nowMillis) {
      byId.putIfAbsent(id, new Cancel(reason, issuedAtMillis + ttlMillis));
    }
  }

  /**
   * The cancel of a request that has come: its own, which is then forgotten, or that of its batch,
   * for which more requests may come.
   */
  Optional<Cancel> take(String id) {
    return Optional.ofNullable(byId.remove(id)).or(() -> ofBatch(id));
  }

  private Optional<Cancel> ofBatch(String id) {
    return BatchKey.of(id).map(byId::get);
  }

  int size() {
    return byId.size();
  }

  private void forgetOld(long nowMillis) {
    var oldest = byId.values().iterator();
    while (oldest.hasNext()) {
      if (oldest.next().expiresAtMillis() > nowMillis && byId.size() < capacity) {
        return;
      }
      oldest.remove();
    }
  }
}
