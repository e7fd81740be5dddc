package io.streamweir.faults;

import io.streamweir.engine.EngineListener;
import io.streamweir.engine.ForwardingEngine;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.StepResult;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Passes everything on, until it takes an order for a fault at the end of a step. */
final class FaultyEngine extends ForwardingEngine {

  private final Path modelDirectory;
  private final CountDownLatch closed = new CountDownLatch(1);

  FaultyEngine(InferenceEngine inner, Path modelDirectory) {
    super(inner);
    this.modelDirectory = modelDirectory;
  }

  @Override
  public void start(EngineListener listener) {
    super.start(new FaultyListener(listener));
  }

  @Override
  public void close() {
    closed.countDown();
    super.close();
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
