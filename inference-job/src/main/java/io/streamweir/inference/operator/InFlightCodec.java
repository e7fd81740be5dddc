package io.streamweir.inference.operator;

import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.InFlightRequest;
import io.streamweir.schemas.codec.AvroCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;

/**
 * Requests in flight as bytes of the operator's state: one byte of format version, then {@link
 * InFlightRequest} in Avro binary.
 *
 * <p>The dispatched request, the bulk of it, is kept as it came from Kafka, so that a checkpoint
 * does not encode prompts again.
 */
final class InFlightCodec {

  private static final byte VERSION = 1;

  private final AvroCodec<DispatchedRequest> dispatchedCodec;
  private final SpecificDatumWriter<InFlightRequest> writer =
      new SpecificDatumWriter<>(InFlightRequest.class);
  private final SpecificDatumReader<InFlightRequest> reader =
      new SpecificDatumReader<>(InFlightRequest.class);

  InFlightCodec(AvroCodec<DispatchedRequest> dispatchedCodec) {
    this.dispatchedCodec = dispatchedCodec;
  }

  byte[] encode(InFlight request, long incarnation) {
    var state =
        InFlightRequest.newBuilder()
            .setDispatched(ByteBuffer.wrap(request.dispatched()))
            .setLane(request.lane())
            .setAttempt(request.attempt())
            .setIncarnation(incarnation)
            .setTokenIds(request.tokenIds())
            .setText(request.text())
            .setCachedTokens(request.cachedTokens())
            .setAdmittedAtUs(request.admittedAtMicros())
            .setFirstTokenAtUs(request.firstTokenAtMicros())
            .setEngineFailures(request.engineFailures())
            .build();
    var bytes = new ByteArrayOutputStream(request.dispatched().length + 256);
    bytes.write(VERSION);
    try {
      writer.write(state, EncoderFactory.get().directBinaryEncoder(bytes, null));
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IllegalStateException if a later release wrote them
   */
  Restored decode(byte[] bytes) throws IOException {
    if (bytes[0] != VERSION) {
      throw new IllegalStateException(
          "The state has requests in format version "
              + bytes[0]
              + ", this release reads version "
              + VERSION
              + ". Start the job with the release that took the savepoint, or a later one.");
    }
    var state =
        reader.read(null, DecoderFactory.get().binaryDecoder(bytes, 1, bytes.length - 1, null));
    var dispatched = new byte[state.getDispatched().remaining()];
    state.getDispatched().get(dispatched);
    var request =
        new InFlight(
            dispatchedCodec.decode(dispatched),
            dispatched,
            state.getLane(),
            state.getAdmittedAtUs());
    request.resume(
        state.getAttempt(),
        state.getTokenIds(),
        state.getText(),
        state.getCachedTokens(),
        state.getFirstTokenAtUs(),
        state.getEngineFailures());
    return new Restored(request, state.getIncarnation());
  }

  /**
   * @param incarnation of the run that wrote it
   */
  record Restored(InFlight request, long incarnation) {}
}
