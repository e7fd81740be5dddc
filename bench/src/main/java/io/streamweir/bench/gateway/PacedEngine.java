package io.streamweir.bench.gateway;

import io.streamweir.engine.EngineCapabilities;
import io.streamweir.engine.EngineListener;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.EngineStatistics;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.SequenceOutput;
import io.streamweir.engine.StepResult;
import io.streamweir.engine.TokenMask;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * An engine that computes nothing: each sequence gets its first token at once and the others at the
 * {@link Pace} that was set when it came, up to {@code max_tokens}. Sequences that come to a token
 * within the same millisecond share a step, as in an engine that batches.
 */
final class PacedEngine implements InferenceEngine {

  private static final long STEP_NANOS = 1_000_000;
  private static final int MOST_RUNNING = 65_536;

  private sealed interface Order {
    record Submit(PacedSequence sequence) implements Order {}

    record Cancel(String id, FinishReason reason) implements Order {}
  }

  private final Supplier<Pace> pace;
  private final int maxModelLen;
  private final Queue<Order> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicInteger submitted = new AtomicInteger();
  private final Map<String, PacedSequence> running = new LinkedHashMap<>();
  private long steps;
  private long tokens;
  private volatile EngineStatistics last = statistics(0);
  private volatile Thread thread;
  private volatile boolean closed;

  /**
   * @param pace asked for each sequence
   */
  PacedEngine(Supplier<Pace> pace, int maxModelLen) {
    this.pace = pace;
    this.maxModelLen = maxModelLen;
  }

  @Override
  public EngineCapabilities capabilities() {
    return new EngineCapabilities(PacedEngineProvider.NAME, maxModelLen, MOST_RUNNING, true);
  }

  @Override
  public void start(EngineListener listener) {
    if (thread != null || closed) {
      throw new IllegalStateException("The engine was started or closed before");
    }
    thread = new Thread(() -> run(listener), "paced-engine");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void submit(EngineRequest request) {
    submitted.incrementAndGet();
    order(new Order.Submit(new PacedSequence(request, pace.get(), System.nanoTime())));
  }

  @Override
  public void cancel(String sequenceId, FinishReason reason) {
    order(new Order.Cancel(sequenceId, reason));
  }

  private void order(Order order) {
    if (thread == null || closed) {
      throw new IllegalStateException("The engine was not started, or is closed");
    }
    inbox.add(order);
    LockSupport.unpark(thread);
  }

  @Override
  public EngineStatistics statistics() {
    return last.withSubmitted(submitted.get(), 0);
  }

  @Override
  public byte[] spell(int tokenId) {
    return pace.get().text(1).getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public TokenMask.Factory constrain(String responseFormat) {
    throw new IllegalArgumentException("An engine that computes nothing can hold to no format");
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }

  @Override
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    var stepping = thread;
    if (stepping == null) {
      return true;
    }
    stepping.join(Math.max(1, limit.toMillis()));
    return !stepping.isAlive();
  }

  private void run(EngineListener listener) {
    try {
      while (!closed) {
        step(listener);
        if (running.isEmpty() && inbox.isEmpty()) {
          LockSupport.park(this);
        } else if (inbox.isEmpty()) {
          LockSupport.parkNanos(this, STEP_NANOS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      listener.onFailure(e);
    }
  }

  private void step(EngineListener listener) throws InterruptedException {
    var outputs = new ArrayList<SequenceOutput>();
    for (var order = inbox.poll(); order != null; order = inbox.poll()) {
      if (order instanceof Order.Submit submit) {
        submitted.decrementAndGet();
        running.put(submit.sequence().id(), submit.sequence());
      } else if (order instanceof Order.Cancel cancel) {
        var sequence = running.remove(cancel.id());
        if (sequence != null) {
          outputs.add(sequence.end(cancel.reason()));
        }
      }
    }
    var now = System.nanoTime();
    var nowMillis = System.currentTimeMillis();
    var each = running.values().iterator();
    while (each.hasNext()) {
      var sequence = each.next();
      var output =
          sequence.expired(nowMillis) ? sequence.end(FinishReason.EXPIRED) : sequence.advance(now);
      if (output != null) {
        outputs.add(output);
        if (output.finished()) {
          each.remove();
        }
      }
    }
    if (!outputs.isEmpty()) {
      steps++;
      tokens += outputs.stream().mapToInt(output -> output.tokenIds().length).sum();
      last = statistics((System.nanoTime() - now) / 1000);
      listener.onStep(new StepResult(outputs, last, micros()));
    }
  }

  private EngineStatistics statistics(long stepMicros) {
    return new EngineStatistics(
        0, 0, running.size(), MOST_RUNNING, 0, 1, steps, tokens, 0, stepMicros);
  }

  private static long micros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }
}
