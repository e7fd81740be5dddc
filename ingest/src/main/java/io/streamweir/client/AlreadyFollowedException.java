package io.streamweir.client;

import io.streamweir.schemas.RequestKey;

/** A request of that key is followed already, so the key is in use. Choose another request id. */
public final class AlreadyFollowedException extends ClientException {

  public AlreadyFollowedException(RequestKey key) {
    super("Request " + key + " is in flight on this client; choose another request id.", null);
  }
}
