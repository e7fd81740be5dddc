package io.streamweir.engine.core;

import java.util.List;

/** Spells token 26 * k + n as the n-th letter; holds back what may begin a stop string. */
final class SpellingDecoder implements TokenDecoder {
  private final List<String> stopStrings;
  private String held = "";
  private boolean stopped;

  SpellingDecoder(List<String> stopStrings) {
    this.stopStrings = stopStrings;
  }

  static String letter(int token) {
    return String.valueOf((char) ('a' + token % 26));
  }

  @Override
  public String append(int tokenId) {
    held += letter(tokenId);
    for (String stop : stopStrings) {
      int at = held.indexOf(stop);
      if (at >= 0) {
        stopped = true;
        return held.substring(0, at);
      }
    }
    int keep = stopStrings.stream().mapToInt(String::length).max().orElse(1) - 1;
    int release = Math.max(0, held.length() - keep);
    String text = held.substring(0, release);
    held = held.substring(release);
    return text;
  }

  @Override
  public boolean stopped() {
    return stopped;
  }

  @Override
  public String finish() {
    String text = held;
    held = "";
    return text;
  }
}
