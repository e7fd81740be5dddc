package io.streamweir.client;

/** Too much waits for Kafka's acknowledgement; nothing was sent. Try again a little later. */
public final class ClientOverloadedException extends ClientException {

  public ClientOverloadedException(long pendingBytes, long limit) {
    super(
        pendingBytes
            + " bytes wait to be acknowledged by Kafka, the limit is "
            + limit
            + " (ClientOptions.pendingBytes). Nothing was sent; the cluster is slow or away, try"
            + " again later.",
        null);
  }
}
