package io.streamweir.faults;

import io.streamweir.engine.EngineCapabilities;
import io.streamweir.engine.EngineListener;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.EngineStatistics;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.StepResult;
import io.streamweir.engine.TokenMask;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Passes everything on, until it takes an order for a fault at the end of a step. */
final class FaultyEngine implements InferenceEngine {

  private final InferenceEngine inner;
  private final Path modelDirectory;
  private final CountDownLatch closed = new CountDownLatch(1);

  FaultyEngine(InferenceEngine inner, Path modelDirectory) {
    this.inner = inner;
    this.modelDirectory = modelDirectory;
  }

  @Override
  public void start(EngineListener listener) {
    inner.start(new FaultyListener(listener));
  }

  @Override
  public EngineCapabilities capabilities() {
    return inner.capabilities();
  }

  @Override
  public void submit(EngineRequest request) {
    inner.submit(request);
  }

  @Override
  public void cancel(String sequenceId, FinishReason reason) {
    inner.cancel(sequenceId, reason);
  }

  @Override
  public EngineStatistics statistics() {
    return inner.statistics();
  }

  @Override
  public byte[] spell(int tokenId) {
    return inner.spell(tokenId);
  }

  @Override
  public TokenMask.Factory constrain(String responseFormat) {
    return inner.constrain(responseFormat);
  }

  @Override
  public void close() {
    closed.countDown();
    inner.close();
  }

  @Override
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    return inner.awaitEnd(limit);
  }

  private final class FaultyListener implements EngineListener {

    private final EngineListener listener;
    private final AtomicBoolean failed = new AtomicBoolean();

    private FaultyListener(EngineListener listener) {
      this.listener = listener;
    }

    /** The tokens of the step in which the fault happens are lost, as those of a real one are. */
    @Override
    public void onStep(StepResult result) throws InterruptedException {
      var fault = EngineFault.take(modelDirectory);
      if (fault.isPresent()) {
        inflict(fault.get());
      } else if (!failed.get()) {
        listener.onStep(result);
      }
    }

    private void inflict(EngineFault fault) throws InterruptedException {
      if (fault == EngineFault.HANG) {
        closed.await();
      } else if (failed.compareAndSet(false, true)) {
        listener.onFailure(new IllegalStateException("This failure was ordered"));
      }
    }

    @Override
    public void onFailure(Throwable cause) {
      if (!failed.getAndSet(true)) {
        listener.onFailure(cause);
      }
    }
  }
}
