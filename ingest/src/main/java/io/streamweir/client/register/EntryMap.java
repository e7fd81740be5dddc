package io.streamweir.client.register;

import io.streamweir.schemas.RequestKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The first entry of each key within the retention. Thread-safe.
 *
 * <p>Every reader of the topic decides alike, because all see the same order and the same times. So
 * what is on the topic is kept, and the limit holds at the door: who wants to write an entry asks
 * for room first. A tenant may have as many entries as it leaves free, so that the first ones of a
 * tenant always find room beside the masses of another.
 */
final class EntryMap {

  private final long retentionMs;
  private final int limit;
  private final Map<RequestKey, Stored> entries = new LinkedHashMap<>();
  private final Map<String, Integer> byTenant = new HashMap<>();

  /**
   * An entry and where it stands on the topic.
   *
   * @param entry encoded, which takes a third of the memory
   */
  record Stored(byte[] entry, long offset, long writtenAtMs) {}

  /**
   * @param limit of all tenants together
   */
  EntryMap(Duration retention, int limit) {
    this.retentionMs = retention.toMillis();
    this.limit = limit;
  }

  int limit() {
    return limit;
  }

  synchronized void add(RequestKey key, Stored next, long nowMs) {
    forget(nowMs);
    var first = entries.get(key);
    if (first != null && next.writtenAtMs - first.writtenAtMs <= retentionMs) {
      return;
    }
    if (first != null) {
      entries.remove(key);
      count(key, -1);
    }
    entries.put(key, next);
    count(key, 1);
  }

  /** The entry that counts; null if there is none or its stream is gone by retention. */
  synchronized Stored get(RequestKey key, long nowMs) {
    var stored = entries.get(key);
    return stored == null || nowMs - stored.writtenAtMs > retentionMs ? null : stored;
  }

  /** How many entries a tenant has. */
  synchronized int count(String tenant) {
    return byTenant.getOrDefault(tenant, 0);
  }

  synchronized boolean hasRoom(String tenant, long nowMs) {
    forget(nowMs);
    return count(tenant) < limit - entries.size();
  }

  /** They stand in the order of the topic, which is nearly that of time. */
  private void forget(long nowMs) {
    for (var all = entries.entrySet().iterator(); all.hasNext(); ) {
      var oldest = all.next();
      if (nowMs - oldest.getValue().writtenAtMs <= retentionMs) {
        return;
      }
      all.remove();
      count(oldest.getKey(), -1);
    }
  }

  private void count(RequestKey key, int more) {
    byTenant.merge(
        key.tenant(), more, (before, added) -> before + added == 0 ? null : before + added);
  }
}
