package io.streamweir.gateway.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import java.util.concurrent.Callable;

/**
 * Work for one client that takes the longer the more bytes it is about: little is done at once,
 * much on a worker thread, so that it does not hold up the other clients of the event loop. Used on
 * that loop only.
 */
public final class Work {

  private static final int AT_ONCE_BYTES = 64 << 10;

  private final Context eventLoop;

  public Work(Context eventLoop) {
    this.eventLoop = eventLoop;
  }

  /**
   * @return completes on the event loop; exceptionally with what the task threw
   */
  public <T> Future<T> run(Callable<T> task, long bytes) {
    if (bytes > AT_ONCE_BYTES) {
      return eventLoop.executeBlocking(task, false);
    }
    try {
      return Future.succeededFuture(task.call());
    } catch (Exception e) {
      return Future.failedFuture(e);
    }
  }
}
