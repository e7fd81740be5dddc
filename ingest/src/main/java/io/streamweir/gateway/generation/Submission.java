package io.streamweir.gateway.generation;

import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.RequestKey;

/**
 * What a client asks for.
 *
 * @param request the event, complete but for what the client library fills in
 * @param stream whether the answer is to come piece by piece
 * @param includeUsage whether a stream is to end with the token counts
 */
public record Submission(InferenceRequest request, boolean stream, boolean includeUsage) {

  public RequestKey key() {
    return new RequestKey(request.getTenant(), request.getRequestId());
  }
}
