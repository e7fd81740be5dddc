package io.streamweir.inference.operator;

import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.EngineStatistics;
import io.streamweir.engine.FinishReason;

/** The engine as the replica sees it; it may be down. */
interface EnginePort {

  /** Whether requests can be submitted. */
  boolean isUp();

  /** Only while it is up. */
  void submit(EngineRequest request);

  /** Only while it is up. */
  void cancel(String sequenceId, FinishReason reason);

  /**
   * Asks for the mask of a response format, see {@link
   * io.streamweir.engine.InferenceEngine#constrain}; only while it is up. The owner is told later,
   * in no particular order.
   */
  void constrain(String sequenceId, String responseFormat);

  /** What a token stands for; nothing while it is down. */
  byte[] spell(int tokenId);

  /** All zero while it is down. */
  EngineStatistics statistics();
}
