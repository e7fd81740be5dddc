package io.streamweir.local.stack;

import io.streamweir.threads.DaemonThreads;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Steps that wait for processes, at the same time. */
final class Parallel implements AutoCloseable {

  private final ExecutorService threads =
      Executors.newCachedThreadPool(DaemonThreads.named("weir-step"));

  /** Begins a step when all the others are done; it fails if one of them did. */
  CompletableFuture<Void> after(List<CompletableFuture<Void>> others, Runnable step) {
    return all(others).thenRunAsync(step, threads);
  }

  CompletableFuture<Void> start(Runnable step) {
    return CompletableFuture.runAsync(step, threads);
  }

  /** Waits for all steps; throws what the first failing one threw, without waiting for the rest. */
  void join(List<CompletableFuture<Void>> steps) {
    var failed = new CompletableFuture<Void>();
    for (var step : steps) {
      step.exceptionally(
          failure -> {
            failed.completeExceptionally(failure);
            return null;
          });
    }
    try {
      CompletableFuture.anyOf(all(steps), failed).join();
    } catch (CompletionException e) {
      throw unwrapped(e);
    }
  }

  private static CompletableFuture<Void> all(List<CompletableFuture<Void>> steps) {
    return CompletableFuture.allOf(steps.toArray(CompletableFuture[]::new));
  }

  private static RuntimeException unwrapped(CompletionException e) {
    Throwable cause = e;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause instanceof RuntimeException failure ? failure : e;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
