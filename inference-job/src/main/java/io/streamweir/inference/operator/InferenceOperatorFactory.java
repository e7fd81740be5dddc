package io.streamweir.inference.operator;

import io.streamweir.config.Config;
import io.streamweir.flink.OutboundRecord;
import io.streamweir.inference.lanes.LaneRecord;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;

/**
 * Builds the inference operator inside its task.
 *
 * <p>It must stay chained to its source: a gate works only while nothing lies between the two.
 */
public final class InferenceOperatorFactory extends AbstractStreamOperatorFactory<OutboundRecord>
    implements OneInputStreamOperatorFactory<LaneRecord, OutboundRecord> {

  private static final long serialVersionUID = 1L;

  private final Config config;
  private final String sourceId;

  /**
   * @param config of {@link io.streamweir.inference.InferenceSettings#TABLE}
   * @param sourceId of the two-lane source before the operator
   */
  public InferenceOperatorFactory(Config config, String sourceId) {
    this.config = config;
    this.sourceId = sourceId;
    setChainingStrategy(ChainingStrategy.ALWAYS);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T extends StreamOperator<OutboundRecord>> T createStreamOperator(
      StreamOperatorParameters<OutboundRecord> parameters) {
    return (T) new InferenceOperator(parameters, config, sourceId);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
    return InferenceOperator.class;
  }
}
