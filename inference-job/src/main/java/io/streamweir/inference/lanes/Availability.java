package io.streamweir.inference.lanes;

import java.util.concurrent.CompletableFuture;

/**
 * One future for many sources of wake-ups: done when any of them is.
 *
 * <p>Not {@code CompletableFuture.anyOf}, which leaves a dependent behind on every source that does
 * not complete, at each call. Here the future is armed again only when it is done, and each source
 * is watched once (see {@link Watch}). {@link #rearm} is for one thread, {@link #wake} for any.
 */
final class Availability {

  static final CompletableFuture<Void> NOW = CompletableFuture.completedFuture(null);

  private volatile CompletableFuture<Void> future = new CompletableFuture<>();

  /** Must come before the sources are looked at, so that no wake-up falls in between. */
  CompletableFuture<Void> rearm() {
    if (future.isDone()) {
      future = new CompletableFuture<>();
    }
    return future;
  }

  void wake() {
    future.complete(null);
  }

  /** Remembers the last source that was watched, so as not to watch it twice. */
  final class Watch {
    private CompletableFuture<Void> watched;

    void on(CompletableFuture<Void> source) {
      if (watched != source) {
        watched = source;
        source.thenRun(Availability.this::wake);
      }
    }
  }
}
