package io.streamweir.client;

/** Kafka did not answer, or lacks what Streamweir needs. Check the address, then try again. */
public final class ClusterUnavailableException extends ClientException {

  public ClusterUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
