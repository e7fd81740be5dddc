package io.streamweir.router.outcome;

import io.streamweir.flink.OutboundRecord;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Sends records to the output for their topic: dispatch is the main one, the others are those of
 * {@link Sinks}.
 */
public final class SinkSplit extends ProcessFunction<OutboundRecord, OutboundRecord> {

  private static final long serialVersionUID = 1L;

  @Override
  public void processElement(
      OutboundRecord record, Context context, Collector<OutboundRecord> out) {
    if (Sinks.isChunk(record)) {
      context.output(Sinks.TOKENS, record);
    } else if (Sinks.isBooks(record)) {
      context.output(Sinks.BOOKS, record);
    } else {
      out.collect(record);
    }
  }
}
