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
  private final List<PrefixMatcher> matchers = new ArrayList<>();
  private final String firstCharacters;
  private final StringBuilder held = new StringBuilder();
  private boolean stopped;

  StopStrings(List<String> stopStrings) {
    StringBuilder firsts = new StringBuilder();
    for (String stop : stopStrings) {
      if (stop.isEmpty()) {
        throw new InvalidTextException("A stop string is empty; leave it out.");
      }
      matchers.add(new PrefixMatcher(WellFormedText.require(stop)));
      firsts.append(stop.charAt(0));
    }
    firstCharacters = firsts.toString();
  }

  boolean stopped() {
    return stopped;
  }

  /** The text that is now known to be no part of a stop string. */
  String append(String text) {
    if (held.isEmpty() && !mayBegin(text)) {
      return text;
    }
    for (int i = 0; i < text.length(); i++) {
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

  /** Whether a stop string may begin in the text; most texts have none of the characters. */
  private boolean mayBegin(String text) {
    for (int i = 0; i < firstCharacters.length(); i++) {
      if (text.indexOf(firstCharacters.charAt(i)) >= 0) {
        return true;
      }
    }
    return false;
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
