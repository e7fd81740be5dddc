package io.streamweir.router.outcome;

import java.util.Map;

/** What a caller may have handed through to the result. */
public final class Metadata {

  /** Most characters of keys and values together. */
  public static final int MOST_CHARS = 64 << 10;

  private Metadata() {}

  /** Characters of keys and values together. */
  public static long chars(Map<String, String> metadata) {
    return metadata.entrySet().stream()
        .mapToLong(entry -> (long) entry.getKey().length() + entry.getValue().length())
        .sum();
  }

  /** What a result carries back: all, or nothing where it is refused for its size. */
  static Map<String, String> returnable(Map<String, String> metadata) {
    return chars(metadata) <= MOST_CHARS ? metadata : Map.of();
  }
}
