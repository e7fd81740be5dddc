package io.streamweir.inference.operator;

import io.streamweir.schemas.DispatchFencePoint;
import io.streamweir.schemas.dispatch.DispatchFence;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/** Which run of the router counts, by partition of the dispatch topics, as bytes of the state. */
final class FenceCodec {

  private final StateCodec<DispatchFencePoint> codec =
      new StateCodec<>("fences of dispatch topics", DispatchFencePoint.class, 1);

  List<byte[]> encode(DispatchFence fence) {
    return fence.highest().entrySet().stream()
        .map(
            entry ->
                new DispatchFencePoint(
                    entry.getKey().topic(), entry.getKey().partition(), entry.getValue()))
        .map(codec::encode)
        .toList();
  }

  /**
   * Tells a fence what all subtasks of a predecessor had seen.
   *
   * @throws IllegalStateException if a later release wrote them
   */
  void restore(Iterable<byte[]> encoded, DispatchFence fence) throws IOException {
    for (var bytes : encoded) {
      var point = codec.decode(bytes);
      fence.admits(
          new TopicPartition(point.getTopic(), point.getPartition()), point.getIncarnation());
    }
  }
}
