package io.streamweir.bench.delivery;

import io.streamweir.config.Config;
import io.streamweir.flink.OutboundRecord;
import io.streamweir.inference.InferenceJob;
import java.util.Locale;
import org.apache.flink.api.connector.sink2.Sink;

/** How results and usage are written. */
enum ResultsSink {
  /** As the job does it: in a transaction per checkpoint. */
  EXACTLY_ONCE {
    @Override
    Sink<OutboundRecord> of(Config config) {
      return InferenceJob.terminalRecords(config);
    }
  },
  /** At once and without a transaction; twice, where a failure makes a record be written again. */
  AT_LEAST_ONCE {
    @Override
    Sink<OutboundRecord> of(Config config) {
      return InferenceJob.sinks(config).batched();
    }
  };

  abstract Sink<OutboundRecord> of(Config config);

  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
