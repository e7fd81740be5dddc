package io.streamweir.inference.operator;

import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.EngineStatistics;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.TokenMask;

/** The engine as the replica sees it; it may be down. */
interface EnginePort {

  /** Whether requests can be submitted. */
  boolean isUp();

  /** Only while it is up. */
  void submit(EngineRequest request);

  /** Only while it is up. */
  void cancel(String sequenceId, FinishReason reason);

  /** See {@link io.streamweir.engine.InferenceEngine#constrain}; only while it is up. */
  TokenMask.Factory constrain(String responseFormat);

  /** What a token stands for; nothing while it is down. */
  byte[] spell(int tokenId);

  /** All zero while it is down. */
  EngineStatistics statistics();
}
