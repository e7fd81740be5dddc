package io.streamweir.inference.operator;

import io.streamweir.flink.OutboundRecord;
import org.apache.flink.util.OutputTag;

/** What leaves the operator beside the token chunks of its main output. */
public final class InferenceOutputs {

  /** Results, usage and dead letters: must be written in one transaction. */
  public static final OutputTag<OutboundRecord> TERMINAL =
      new OutputTag<>("results+usage", OutboundRecord.TYPE);

  /** What a replica says of itself. */
  public static final OutputTag<OutboundRecord> STATUS =
      new OutputTag<>("replicas", OutboundRecord.TYPE);

  private InferenceOutputs() {}
}
