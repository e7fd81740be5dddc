package io.streamweir.gateway.batches;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.InferenceRequest;

/**
 * What a line of a batch asks for, or why it asks for nothing.
 *
 * @param customId what the client calls the line; null if it cannot be told
 * @param request null if the line is refused
 * @param error null if it is not
 * @param answered whether the error is an answer to the line's request; else the line has none
 */
record ParsedLine(String customId, InferenceRequest request, ApiError error, boolean answered) {

  boolean runs() {
    return request != null;
  }
}
