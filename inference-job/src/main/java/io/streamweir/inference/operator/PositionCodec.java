package io.streamweir.inference.operator;

import io.streamweir.schemas.TokenLogPosition;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;

/**
 * Positions in the token log as bytes of the operator's state: one byte of format version, then
 * {@link TokenLogPosition} in Avro binary.
 */
final class PositionCodec {

  private static final byte VERSION = 1;

  private final SpecificDatumWriter<TokenLogPosition> writer =
      new SpecificDatumWriter<>(TokenLogPosition.class);
  private final SpecificDatumReader<TokenLogPosition> reader =
      new SpecificDatumReader<>(TokenLogPosition.class);

  List<byte[]> encode(Map<Integer, Long> positions) throws IOException {
    var encoded = new ArrayList<byte[]>();
    for (var position : positions.entrySet()) {
      var bytes = new ByteArrayOutputStream();
      bytes.write(VERSION);
      writer.write(
          new TokenLogPosition(position.getKey(), position.getValue()),
          EncoderFactory.get().directBinaryEncoder(bytes, null));
      encoded.add(bytes.toByteArray());
    }
    return encoded;
  }

  /**
   * The positions of all subtasks of a predecessor; of a partition the lowest counts.
   *
   * @throws IllegalStateException if a later release wrote them
   */
  Map<Integer, Long> decode(Iterable<byte[]> encoded) throws IOException {
    var positions = new HashMap<Integer, Long>();
    for (var bytes : encoded) {
      if (bytes[0] != VERSION) {
        throw new IllegalStateException(
            "The state has token log positions in format version "
                + bytes[0]
                + ", this release reads version "
                + VERSION
                + ". Start the job with the release that took the savepoint, or a later one.");
      }
      var position =
          reader.read(null, DecoderFactory.get().binaryDecoder(bytes, 1, bytes.length - 1, null));
      positions.merge(position.getPartition(), position.getOffset(), Math::min);
    }
    return positions;
  }
}
