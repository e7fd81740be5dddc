package io.streamweir.inference.operator;

import io.streamweir.engine.TokenMask;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Compiles response formats, which may take a second for a hostile one, one after the other and
 * beside the task.
 */
final class FormatThread implements AutoCloseable {

  /** Makes the mask of one format, or throws with the reason why not. */
  interface Compiler {
    TokenMask.Factory compile();
  }

  private static final long IDLE_SECONDS = 10;

  private final TaskThread taskThread;
  private final ExecutorService thread;

  FormatThread(String name, TaskThread taskThread) {
    this.taskThread = taskThread;
    var pool =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              var created = new Thread(task, name);
              created.setDaemon(true);
              return created;
            });
    pool.allowCoreThreadTimeOut(true);
    this.thread = pool;
  }

  /**
   * Compiles, and tells the owner on the task's thread. An error, want of memory for instance,
   * fails the task.
   */
  void compile(String sequenceId, Compiler compiler, EngineHost.Owner owner) {
    thread.execute(
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
    thread.shutdownNow();
  }
}
