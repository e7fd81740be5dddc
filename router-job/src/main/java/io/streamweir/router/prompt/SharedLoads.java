package io.streamweir.router.prompt;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Things that take long to load, once for all who use them at the same time, loaded on another
 * thread and disposed of when the last user has let go.
 *
 * <p>A load that failed is tried again for the first who asks after a pause: the reason may have
 * gone away, and a flood of askers must not become a flood of attempts. Thread-safe.
 *
 * @param <T> what is loaded
 */
public final class SharedLoads<T> {

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(2);

  private final Function<String, T> loader;
  private final Consumer<T> disposer;
  private final Executor executor;
  private final InstantSource clock;
  private final Map<String, Entry> entries = new HashMap<>();

  /**
   * @param loader by name; what it throws is what the users see
   */
  SharedLoads(
      Function<String, T> loader, Consumer<T> disposer, Executor executor, InstantSource clock) {
    this.loader = loader;
    this.disposer = disposer;
    this.executor = executor;
    this.clock = clock;
  }

  /** The loaded thing, or the promise of it, until closed. */
  public final class Lease implements AutoCloseable {

    private final Entry entry;
    private final CompletableFuture<T> loaded;
    private boolean open = true;

    private Lease(Entry entry) {
      this.entry = entry;
      this.loaded = entry.loaded;
    }

    public String name() {
      return entry.name;
    }

    /** Completes with the thing, or with what the loader threw. */
    public CompletableFuture<T> loaded() {
      return loaded;
    }

    /** Lets go; closing twice is the same as once. */
    @Override
    public void close() {
      synchronized (entries) {
        if (open) {
          open = false;
          entry.release();
        }
      }
    }
  }

  /** One loaded thing with the number of its users; guarded by {@link #entries}. */
  private final class Entry {

    private final String name;
    private CompletableFuture<T> loaded;
    private volatile long failedAtMs;
    private int users;

    private Entry(String name) {
      this.name = name;
    }

    private void acquire() {
      users++;
      var again =
          loaded != null
              && loaded.isCompletedExceptionally()
              && clock.millis() - failedAtMs >= PAUSE_AFTER_FAILURE.toMillis();
      if (loaded == null || again) {
        loaded = load();
      }
    }

    private CompletableFuture<T> load() {
      var promise = new CompletableFuture<T>();
      executor.execute(
          () -> {
            try {
              promise.complete(loader.apply(name));
            } catch (Throwable e) {
              failedAtMs = clock.millis();
              promise.completeExceptionally(e);
            }
          });
      return promise;
    }

    private void release() {
      users--;
      if (users == 0) {
        entries.remove(name);
        loaded.thenAccept(disposer);
      }
    }
  }

  /** Takes a lease, and starts loading if nobody holds one. */
  public Lease acquire(String name) {
    synchronized (entries) {
      var entry = entries.computeIfAbsent(requireNonNull(name, "name is null"), Entry::new);
      entry.acquire();
      return new Lease(entry);
    }
  }
}
