package io.streamweir.inference.lanes;

import java.util.concurrent.CompletableFuture;

/**
 * Holds a lane back while it is closed; starts closed.
 *
 * <p>The state is a future: done means open. The reader waits on it without a thread of its own.
 * Thread-safe; a wake-up is completed outside the lock, because it runs code of the waiter.
 */
public final class LaneGate {

  private static final CompletableFuture<Void> OPEN = CompletableFuture.completedFuture(null);

  private final Object lock = new Object();
  private volatile CompletableFuture<Void> opened = new CompletableFuture<>();

  public boolean isOpen() {
    return opened.isDone();
  }

  /** Lets the lane flow; idempotent. */
  public void open() {
    CompletableFuture<Void> waiters;
    synchronized (lock) {
      waiters = opened;
      opened = OPEN;
    }
    waiters.complete(null);
  }

  /** Holds the lane back from the next record on; idempotent. */
  public void close() {
    synchronized (lock) {
      if (opened.isDone()) {
        opened = new CompletableFuture<>();
      }
    }
  }

  public void setOpen(boolean open) {
    if (open) {
      open();
    } else {
      close();
    }
  }

  /** Done when the gate opens, or at once if it is open. A stale one wakes its waiter once more. */
  CompletableFuture<Void> opened() {
    return opened;
  }
}
