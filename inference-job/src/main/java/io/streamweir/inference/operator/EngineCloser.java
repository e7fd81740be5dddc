package io.streamweir.inference.operator;

import io.streamweir.engine.InferenceEngine;
import io.streamweir.threads.DaemonThreads;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes engines, each on a thread of its own, and sees them to their end.
 *
 * <p>An engine that hangs in a step keeps its KV pool, its buffers, its thread and its share in the
 * model, and no thread can take them from it; one such engine after the other would fill the
 * memory. So the process ends, and whoever supervises it starts another. Thread-safe.
 */
final class EngineCloser {

  private static final Logger LOG = LoggerFactory.getLogger(EngineCloser.class);

  private final ExecutorService threads;
  private final Runnable endProcess;

  /**
   * @param endProcess ends the process at once, without what waits for threads
   */
  EngineCloser(String name, Runnable endProcess) {
    this.endProcess = endProcess;
    this.threads = Executors.newCachedThreadPool(DaemonThreads.named(name));
  }

  /**
   * Closes an engine; returns at once.
   *
   * @param limit how long it may take to end once it is told to; zero: as long as it likes
   * @param ended runs when it has ended
   */
  void close(InferenceEngine engine, Duration limit, Runnable ended) {
    threads.execute(
        () -> {
          try {
            engine.close();
          } catch (RuntimeException e) {
            LOG.error("An engine does not close", e);
          }
          if (limit.isZero() || hasEnded(engine, limit)) {
            ended.run();
          } else {
            endProcess(limit);
          }
        });
  }

  private void endProcess(Duration limit) {
    try {
      LOG.error(
          "An engine was closed and has not ended within {}: it hangs in a step and keeps its memory and"
              + " its thread, which only the end of this process frees. This process ends now; its tasks"
              + " go on from the last checkpoint elsewhere, or here when it was started again. If steps"
              + " of the model take that long, raise engine.step.limit and engine.close.timeout.",
          limit);
    } finally {
      endProcess.run();
    }
  }

  private static boolean hasEnded(InferenceEngine engine, Duration limit) {
    try {
      return engine.awaitEnd(limit);
    } catch (InterruptedException e) {
      throw new IllegalStateException("Nobody interrupts the thread that closes an engine", e);
    }
  }

  /**
   * Takes no more engines, and waits for those that are being closed; they are seen to their end
   * all the same.
   *
   * @return whether all have ended
   */
  boolean await(long nanos) throws InterruptedException {
    threads.shutdown();
    return threads.awaitTermination(nanos, TimeUnit.NANOSECONDS);
  }
}
