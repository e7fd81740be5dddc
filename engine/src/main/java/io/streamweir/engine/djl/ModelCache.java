package io.streamweir.engine.djl;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Values that are costly to load, shared by all who lease them at the same time.
 *
 * <p>A value outlives its last lease for a while, so that a restarted task, which closes its engine
 * before it loads another, does not read its weights again. Thread-safe; loading one value does not
 * hold up the others.
 *
 * @param <K> identifies a value, its version included
 */
final class ModelCache<K, V extends AutoCloseable> {
  private static final Logger LOG = LoggerFactory.getLogger(ModelCache.class);

  private final Map<K, Entry> entries = new HashMap<>();
  private final Executor later;

  /**
   * @param later runs a task once an unused value has lingered long enough
   */
  ModelCache(Executor later) {
    this.later = later;
  }

  /**
   * Leases a value, loading it if it is not there.
   *
   * @throws RuntimeException what the loader throws; the next call tries again
   */
  Lease<V> acquire(K key, Supplier<V> loader) {
    Entry entry;
    synchronized (entries) {
      entry = entries.computeIfAbsent(key, Entry::new);
      entry.leases++;
    }
    try {
      return new Lease<>(entry.value(loader), () -> release(entry));
    } catch (RuntimeException | Error e) {
      release(entry);
      throw e;
    }
  }

  private void release(Entry entry) {
    long uses;
    synchronized (entries) {
      entry.leases--;
      uses = ++entry.uses;
      if (entry.leases > 0) {
        return;
      }
    }
    later.execute(() -> evict(entry, uses));
  }

  private void evict(Entry entry, long uses) {
    synchronized (entries) {
      if (entry.leases > 0 || entry.uses != uses) {
        return;
      }
      entries.remove(entry.key, entry);
    }
    entry.close();
  }

  /** A value in use; {@link #close} gives it back, once. */
  static final class Lease<V> implements AutoCloseable {
    private final V value;
    private Runnable release;

    private Lease(V value, Runnable release) {
      this.value = value;
      this.release = release;
    }

    V value() {
      return value;
    }

    @Override
    public synchronized void close() {
      if (release != null) {
        release.run();
        release = null;
      }
    }
  }

  private final class Entry {
    private final K key;
    private V value;
    private int leases;
    private long uses;

    Entry(K key) {
      this.key = key;
    }

    synchronized V value(Supplier<V> loader) {
      if (value == null) {
        value = loader.get();
      }
      return value;
    }

    synchronized void close() {
      if (value == null) {
        return;
      }
      try {
        value.close();
        LOG.info("Freed {}", key);
      } catch (Exception e) {
        LOG.warn("{} was not freed", key, e);
      }
    }
  }
}
