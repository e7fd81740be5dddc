package io.streamweir.client.register;

import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.StreamEntry;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The first entry of each key within the retention, bounded: the oldest go first. Thread-safe.
 *
 * <p>Every reader of the topic decides alike, because all see the same order and the same times.
 */
final class EntryMap {

  private final long retentionMs;
  private final int limit;
  private final Map<RequestKey, Stored> entries = new LinkedHashMap<>();

  /** An entry and where it stands on the topic. */
  record Stored(StreamEntry entry, long offset, long writtenAtMs) {}

  EntryMap(Duration retention, int limit) {
    this.retentionMs = retention.toMillis();
    this.limit = limit;
  }

  synchronized void add(RequestKey key, Stored next) {
    var first = entries.get(key);
    if (first != null) {
      if (next.writtenAtMs - first.writtenAtMs <= retentionMs) {
        return;
      }
      entries.remove(key);
    }
    entries.put(key, next);
    if (entries.size() > limit) {
      var oldest = entries.keySet().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** The entry that counts; null if there is none or its stream is gone by retention. */
  synchronized Stored get(RequestKey key, long nowMs) {
    var stored = entries.get(key);
    return stored == null || nowMs - stored.writtenAtMs > retentionMs ? null : stored;
  }
}
