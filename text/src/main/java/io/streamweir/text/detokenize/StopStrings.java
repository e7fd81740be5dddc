package io.streamweir.text.detokenize;

import io.streamweir.text.tokenizer.InvalidTextException;
import io.streamweir.text.tokenizer.WellFormedText;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds back the text that may yet turn out to be a stop string.
 *
 * <p>The stop string that is complete first wins; among those complete at the same character the
 * longest. This does not depend on how the text is cut into pieces.
 */
final class StopStrings {
  private final PrefixMatcher[] matchers;
  private final String firstCharacters;
  private final StringBuilder held = new StringBuilder();
  private boolean stopped;

  StopStrings(List<String> stopStrings) {
    StringBuilder firsts = new StringBuilder();
    List<PrefixMatcher> all = new ArrayList<>();
    for (String stop : stopStrings) {
      if (stop.isEmpty()) {
        throw new InvalidTextException("A stop string is empty; leave it out.");
      }
      all.add(new PrefixMatcher(WellFormedText.require(stop)));
      firsts.append(stop.charAt(0));
    }
    firstCharacters = firsts.toString();
    matchers = all.toArray(PrefixMatcher[]::new);
  }

  boolean stopped() {
    return stopped;
  }

  /** The text that is now known to be no part of a stop string. */
  String append(String text) {
    int start = held.isEmpty() ? firstCandidate(text) : 0;
    if (start == text.length()) {
      return text;
    }
    held.append(text, 0, start);
    for (int i = start; i < text.length(); i++) {
      held.append(text.charAt(i));
      int matched = longestMatchAfter(text.charAt(i));
      if (matched > 0) {
        stopped = true;
        return held.substring(0, held.length() - matched);
      }
    }
    int keep = 0;
    for (PrefixMatcher matcher : matchers) {
      keep = Math.max(keep, matcher.matched());
    }
    String released = held.substring(0, held.length() - keep);
    held.delete(0, released.length());
    return released;
  }

  /** What is held back, now that no more text comes. */
  String finish() {
    String rest = stopped ? "" : held.toString();
    held.setLength(0);
    return rest;
  }

  /** Where a stop string may begin in a text that follows nothing held back; often nowhere. */
  private int firstCandidate(String text) {
    int first = text.length();
    for (int i = 0; i < firstCharacters.length(); i++) {
      int found = text.indexOf(firstCharacters.charAt(i));
      first = found < 0 ? first : Math.min(first, found);
    }
    return first;
  }

  private int longestMatchAfter(char c) {
    int longest = 0;
    for (PrefixMatcher matcher : matchers) {
      if (matcher.accept(c)) {
        longest = Math.max(longest, matcher.length());
      }
    }
    return longest;
  }
}
