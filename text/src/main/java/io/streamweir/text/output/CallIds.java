package io.streamweir.text.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.IntFunction;

/**
 * Ids of tool calls, made from the id of the request, so that reading the answer again (after a
 * crash, in another process) gives the same ones.
 */
final class CallIds implements IntFunction<String> {
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final BigInteger BASE = BigInteger.valueOf(ALPHABET.length());

  private final String requestId;
  private final String prefix;
  private final int length;

  /**
   * @param length how many characters follow the prefix
   */
  CallIds(String requestId, String prefix, int length) {
    this.requestId = requestId;
    this.prefix = prefix;
    this.length = length;
  }

  @Override
  public String apply(int index) {
    BigInteger rest = new BigInteger(1, digest(requestId + '\n' + index));
    StringBuilder id = new StringBuilder(prefix);
    for (int i = 0; i < length; i++) {
      BigInteger[] quotient = rest.divideAndRemainder(BASE);
      id.append(ALPHABET.charAt(quotient[1].intValue()));
      rest = quotient[0];
    }
    return id.toString();
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256, but this one lacks it.", e);
    }
  }
}
