package io.streamweir.gateway.streams;

import io.streamweir.client.StreamPlace;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Request ids that a gateway chooses. An id of its own making tells where the log has the stream,
 * so that any gateway finds it without asking anybody.
 */
public final class RequestIds {

  private static final int RADIX = 36;
  private static final int DIGEST_CHARACTERS = 32;
  private static final Pattern TELLING =
      Pattern.compile("([a-z])([0-9a-z]{1,4})-([0-9a-z]{1,12})-[0-9a-f]{16}");

  private RequestIds() {}

  /**
   * What an id of a gateway's own making tells.
   *
   * @param protocol first letter of the protocol's name
   */
  public record Told(char protocol, StreamPlace place) {}

  /** A new id for a request whose stream will be at a place. */
  public static String next(char protocol, StreamPlace place) {
    return protocol
        + Integer.toString(place.partition(), RADIX)
        + "-"
        + Long.toString(place.offset(), RADIX)
        + "-"
        + HexFormat.of().toHexDigits(UUID.randomUUID().getLeastSignificantBits());
  }

  /** Reads an id of a gateway's own making; empty if it is none. */
  public static Optional<Told> read(String id) {
    var matcher = TELLING.matcher(id);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new Told(
            matcher.group(1).charAt(0),
            new StreamPlace(
                Integer.parseInt(matcher.group(2), RADIX),
                Long.parseLong(matcher.group(3), RADIX))));
  }

  /** The id of every request that a tenant sends to a route with an idempotency key. */
  public static String ofIdempotencyKey(String route, String key) {
    return "idem-" + digest((route + "\n" + key).getBytes(StandardCharsets.UTF_8));
  }

  /** 128 bits of a digest, in hexadecimal digits. */
  public static String digest(byte[] bytes) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest).substring(0, DIGEST_CHARACTERS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
