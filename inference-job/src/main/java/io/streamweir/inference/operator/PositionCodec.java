package io.streamweir.inference.operator;

import io.streamweir.schemas.TokenLogPosition;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Positions in the token log, by partition, as bytes of the operator's state. */
final class PositionCodec {

  private final StateCodec<TokenLogPosition> codec =
      new StateCodec<>("token log positions", TokenLogPosition.class, 1);

  List<byte[]> encode(Map<Integer, Long> positions) {
    return positions.entrySet().stream()
        .map(position -> new TokenLogPosition(position.getKey(), position.getValue()))
        .map(codec::encode)
        .toList();
  }

  /**
   * The positions of all subtasks of a predecessor; of a partition the lowest counts.
   *
   * @throws IllegalStateException if a later release wrote them
   */
  Map<Integer, Long> decode(Iterable<byte[]> encoded) throws IOException {
    var positions = new HashMap<Integer, Long>();
    for (var bytes : encoded) {
      var position = codec.decode(bytes);
      positions.merge(position.getPartition(), position.getOffset(), Math::min);
    }
    return positions;
  }
}
