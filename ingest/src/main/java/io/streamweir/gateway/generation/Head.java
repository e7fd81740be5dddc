package io.streamweir.gateway.generation;

/**
 * What every part of an answer names.
 *
 * @param requestId as in the event
 * @param model as it was asked for
 * @param createdAtMs of the request, epoch milliseconds
 * @param includeUsage whether a stream is to end with the token counts
 * @param continuousUsage whether each of its events is to have the counts so far
 */
public record Head(
    String requestId,
    String model,
    long createdAtMs,
    boolean includeUsage,
    boolean continuousUsage) {

  /** Of a request that is about to be sent. */
  public static Head of(Submission submission) {
    var request = submission.request();
    return new Head(
        request.getRequestId(),
        request.getModel(),
        request.getCreatedAtMs(),
        submission.delivery().includeUsage(),
        submission.delivery().continuousUsage());
  }

  /** The same with another time: that of the request whose answer it is. */
  public Head createdAt(long millis) {
    return new Head(requestId, model, millis, includeUsage, continuousUsage);
  }
}
