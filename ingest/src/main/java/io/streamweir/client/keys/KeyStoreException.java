package io.streamweir.client.keys;

import io.streamweir.client.ClientException;

/** What was asked for cannot be done; the message says why. */
public final class KeyStoreException extends ClientException {

  KeyStoreException(String message) {
    super(message, null);
  }
}
