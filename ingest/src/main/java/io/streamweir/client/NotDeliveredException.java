package io.streamweir.client;

/**
 * Kafka did not acknowledge a record in time, or refused it. It may have been written all the same:
 * send it again with the same request id, a duplicate is dropped.
 */
public final class NotDeliveredException extends ClientException {

  public NotDeliveredException(String topic, Throwable cause) {
    super(
        "Kafka did not acknowledge a record of "
            + topic
            + ": "
            + cause.getMessage()
            + ". It may have arrived; sending it again with the same request id is safe.",
        cause);
  }
}
