package io.streamweir.engine;

import java.time.Duration;

/** Passes everything on to an engine; for those that change some of it. */
public abstract class ForwardingEngine implements InferenceEngine {
  private final InferenceEngine inner;

  protected ForwardingEngine(InferenceEngine inner) {
    this.inner = inner;
  }

  @Override
  public EngineCapabilities capabilities() {
    return inner.capabilities();
  }

  @Override
  public void start(EngineListener listener) {
    inner.start(listener);
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
    inner.close();
  }

  @Override
  public boolean awaitEnd(Duration limit) throws InterruptedException {
    return inner.awaitEnd(limit);
  }
}
