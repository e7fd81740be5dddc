package io.streamweir.local.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Latencies of the online streams, as the shop saw them, milliseconds.
 *
 * @param streams that brought tokens
 */
record OnlineFigures(long streams, double ttftP50, double ttftP99, double tpotP50, double tpotP99) {

  private static final double MEDIAN = 50;
  private static final double TAIL = 99;

  static OnlineFigures of(List<StreamMeter> meters) {
    var ttft = new Latencies();
    var tpot = new Latencies();
    for (var meter : meters) {
      meter.timeToFirstToken().ifPresent(ttft::add);
      meter.timePerToken().ifPresent(tpot::add);
    }
    return new OnlineFigures(
        ttft.count(),
        ttft.percentile(MEDIAN),
        ttft.percentile(TAIL),
        tpot.percentile(MEDIAN),
        tpot.percentile(TAIL));
  }

  ObjectNode json(ObjectNode json) {
    return json.put("streams", streams)
        .put("ttft_ms_p50", ttftP50)
        .put("ttft_ms_p99", ttftP99)
        .put("tpot_ms_p50", tpotP50)
        .put("tpot_ms_p99", tpotP99);
  }
}
