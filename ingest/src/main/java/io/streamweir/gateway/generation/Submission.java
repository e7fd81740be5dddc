package io.streamweir.gateway.generation;

import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.RequestKey;
import java.util.Optional;

/**
 * What a client asks for.
 *
 * @param request the event, complete but for what the client library fills in
 * @param delivery how the answer is to come
 */
public record Submission(InferenceRequest request, Delivery delivery) {

  /**
   * How an answer comes.
   *
   * @param stream piece by piece
   * @param includeUsage whether a stream is to end with the token counts
   * @param continuousUsage whether each of its events is to have the counts so far
   * @param background the answer is only that the request was taken; its stream is read later
   * @param cancelOnDisconnect whether the client takes its request with it when it goes away; empty
   *     if it does not say
   * @param choices how many answers
   */
  public record Delivery(
      boolean stream,
      boolean includeUsage,
      boolean continuousUsage,
      boolean background,
      Optional<Boolean> cancelOnDisconnect,
      int choices) {}

  public RequestKey key() {
    return new RequestKey(request.getTenant(), request.getRequestId());
  }

  /**
   * The same, counted for an API key.
   *
   * @param name null for none
   */
  public Submission withApiKey(String name) {
    return name == null
        ? this
        : new Submission(InferenceRequest.newBuilder(request).setApiKey(name).build(), delivery);
  }

  /** The same, for the number of its prompt tokens only, if so. */
  public Submission countingOnly(boolean only) {
    return only
        ? new Submission(InferenceRequest.newBuilder(request).setCountOnly(true).build(), delivery)
        : this;
  }
}
