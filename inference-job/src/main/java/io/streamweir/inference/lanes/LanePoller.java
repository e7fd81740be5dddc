package io.streamweir.inference.lanes;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.core.io.InputStatus;

/**
 * Polls the lanes in order, each through its gate, one record a call.
 *
 * <p>A closed lane is not polled; its consumer fills its small queue and stops, and the backlog
 * stays in Kafka. While nothing is open it reports that nothing is available, never that more is,
 * or the task would spin; the task thread is then free for mails and checkpoints.
 */
final class LanePoller {

  private final List<LaneReader> lanes;
  private final Availability availability;

  /**
   * @param lanes in the order in which they are served
   */
  LanePoller(List<LaneReader> lanes, Availability availability) {
    this.lanes = lanes;
    this.availability = availability;
  }

  InputStatus poll(ReaderOutput<LaneRecord> output) throws Exception {
    for (var lane : lanes) {
      if (lane.isReady() && lane.kafka.pollNext(output) == InputStatus.MORE_AVAILABLE) {
        return InputStatus.MORE_AVAILABLE;
      }
    }
    return InputStatus.NOTHING_AVAILABLE;
  }

  /** Done when a poll may bring a record. */
  CompletableFuture<Void> available() {
    var future = availability.rearm();
    for (var lane : lanes) {
      if (lane.isReady()) {
        return Availability.NOW;
      }
      lane.watch();
    }
    return future;
  }
}
