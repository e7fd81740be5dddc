package io.streamweir.inference.operator;

import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.InFlightRequest;
import io.streamweir.schemas.codec.AvroCodec;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Requests in flight as bytes of the operator's state.
 *
 * <p>The dispatched request, the bulk of it, is kept as it came from Kafka, so that a checkpoint
 * does not encode prompts again.
 */
final class InFlightCodec {

  private final AvroCodec<DispatchedRequest> dispatchedCodec;
  private final StateCodec<InFlightRequest> codec =
      new StateCodec<>("requests", InFlightRequest.class, 3);

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
            .setWastedTokens(request.wastedTokens())
            .setDeltas(request.answer().deltas())
            .setReasoningTokens(request.answer().reasoningTokens())
            .build();
    return codec.encode(state);
  }

  /**
   * @throws IllegalStateException if a later release wrote them
   */
  Restored decode(byte[] bytes) throws IOException {
    var state = codec.decode(bytes);
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
        state.getEngineFailures(),
        state.getWastedTokens());
    request.answer().adopt(state.getDeltas(), state.getReasoningTokens());
    return new Restored(request, state.getIncarnation());
  }

  /**
   * @param incarnation of the run that wrote it
   */
  record Restored(InFlight request, long incarnation) {}
}
