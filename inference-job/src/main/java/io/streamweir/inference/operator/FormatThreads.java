package io.streamweir.inference.operator;

import io.streamweir.engine.TokenMask;
import io.streamweir.threads.DaemonThreads;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Compiles response formats beside the task, in the order in which they come. As one may take a
 * second, there are two threads: it does not hold up the others.
 */
final class FormatThreads implements AutoCloseable {

  /** Makes the mask of one format, or throws with the reason why not. */
  interface Compiler {
    TokenMask.Factory compile();
  }

  private static final int COUNT = 2;
  private static final long IDLE_SECONDS = 10;

  private final TaskThread taskThread;
  private final ExecutorService threads;

  FormatThreads(String name, TaskThread taskThread) {
    this.taskThread = taskThread;
    var pool =
        new ThreadPoolExecutor(
            COUNT,
            COUNT,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            DaemonThreads.named(name));
    pool.allowCoreThreadTimeOut(true);
    this.threads = pool;
  }

  /**
   * Compiles, and tells the owner on the task's thread. An error, want of memory for instance,
   * fails the task.
   */
  void compile(String sequenceId, Compiler compiler, EngineHost.Owner owner) {
    threads.execute(
        () -> {
          try {
            var mask = compiler.compile();
            taskThread.run("format", () -> owner.engineConstrained(sequenceId, mask));
          } catch (RuntimeException e) {
            taskThread.run("format refused", () -> owner.engineRefused(sequenceId, e.getMessage()));
          } catch (Error e) {
            taskThread.run(
                "format failure",
                () -> {
                  throw e;
                });
          }
        });
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
