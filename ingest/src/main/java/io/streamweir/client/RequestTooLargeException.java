package io.streamweir.client;

/** A request does not fit into a Kafka record; nothing was sent. Shorten it. */
public final class RequestTooLargeException extends ClientException {

  private final long bytes;
  private final long limit;

  public RequestTooLargeException(String what, long bytes, long limit) {
    super(
        what
            + " takes "
            + bytes
            + " bytes as a record, but the topic takes at most "
            + limit
            + " (max.message.bytes). Nothing was sent; shorten the prompt or the messages.",
        null);
    this.bytes = bytes;
    this.limit = limit;
  }

  /** Size of the record, bytes. */
  public long bytes() {
    return bytes;
  }

  /** Largest size that the topic takes, bytes. */
  public long limit() {
    return limit;
  }
}
