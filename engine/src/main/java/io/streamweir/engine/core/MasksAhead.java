package io.streamweir.engine.core;

import io.streamweir.engine.TokenMask;
import io.streamweir.engine.core.ScheduledStep.Chunk;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the masks of a step's sequences made while the model computes the step: where a sequence
 * stands is known before its logits are. Belongs to the engine's thread.
 */
final class MasksAhead implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MasksAhead.class);
  private static final Future<?> DONE = CompletableFuture.completedFuture(null);
  private static final long IDLE_SECONDS = 10;

  private final ExecutorService thread;
  private Future<?> pending = DONE;

  MasksAhead() {
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread created = new Thread(task, "weir-masks");
              created.setDaemon(true);
              return created;
            });
    one.allowCoreThreadTimeOut(true);
    thread = one;
  }

  /** Begins; the masks are not to be touched before {@link #await}. */
  void begin(ScheduledStep step) {
    List<TokenMask> masks =
        step.chunks().stream()
            .filter(Chunk::samples)
            .map(chunk -> chunk.sequence().mask())
            .filter(Objects::nonNull)
            .toList();
    pending = masks.isEmpty() ? DONE : thread.submit(() -> masks.forEach(MasksAhead::prepare));
  }

  /** Waits until the masks are the engine thread's again; an interruption waits, too. */
  void await() {
    boolean interrupted = false;
    while (!pending.isDone()) {
      try {
        pending.get();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        break; // an error: the mask, which is not ready, shows it again
      }
    }
    pending = DONE;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  /** What a mask throws here it throws again when it is applied, where that ends its sequence. */
  private static void prepare(TokenMask mask) {
    try {
      mask.prepare();
    } catch (RuntimeException e) {
      LOG.debug("A mask could not be made ahead", e);
    }
  }
}
