package io.streamweir.text.detokenize;

/**
 * The Knuth-Morris-Pratt automaton of one pattern: after each character it knows the longest suffix
 * of the text that is a prefix of the pattern.
 */
final class PrefixMatcher {
  private final String pattern;

  /** For each prefix length, the length of its longest proper border. */
  private final int[] border;

  private int matched;

  PrefixMatcher(String pattern) {
    this.pattern = pattern;
    this.border = new int[pattern.length() + 1];
    for (int i = 1, length = 0; i < pattern.length(); i++) {
      length = extend(length, pattern.charAt(i));
      border[i + 1] = length;
    }
  }

  /** Takes the next character; true when the whole pattern now ends the text. */
  boolean accept(char c) {
    matched = extend(matched, c);
    return matched == pattern.length();
  }

  /** How many characters at the end of the text are a prefix of the pattern. */
  int matched() {
    return matched;
  }

  int length() {
    return pattern.length();
  }

  private int extend(int length, char c) {
    int candidate = length == pattern.length() ? border[length] : length;
    while (candidate > 0 && pattern.charAt(candidate) != c) {
      candidate = border[candidate];
    }
    return pattern.charAt(candidate) == c ? candidate + 1 : candidate;
  }
}
