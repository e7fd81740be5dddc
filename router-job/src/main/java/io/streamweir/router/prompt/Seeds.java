package io.streamweir.router.prompt;

import io.streamweir.schemas.RequestKey;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Seeds of the random numbers of a sequence. */
final class Seeds {

  private Seeds() {}

  /** A seed that a request has by its identity alone, so that a second attempt has it too. */
  static long of(RequestKey key) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(key.bytes());
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
