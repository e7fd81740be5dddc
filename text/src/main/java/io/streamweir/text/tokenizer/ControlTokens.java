package io.streamweir.text.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds the control tokens that are spelled in a text: the leftmost first, the longest there. */
final class ControlTokens {
  private final Map<Character, List<AddedToken>> byFirstChar = new HashMap<>();

  /** A place in a text. */
  record Occurrence(AddedToken token, int start, int end) {}

  ControlTokens(List<AddedToken> added) {
    for (AddedToken token : added) {
      if (!token.content().isEmpty()) {
        byFirstChar
            .computeIfAbsent(token.content().charAt(0), first -> new ArrayList<>())
            .add(token);
      }
    }
    Comparator<AddedToken> longestFirst =
        Comparator.comparingInt((AddedToken token) -> token.content().length()).reversed();
    byFirstChar.values().forEach(tokens -> tokens.sort(longestFirst));
  }

  /**
   * The control tokens in a text. Other added tokens win where they are longer, but do not count.
   */
  List<Occurrence> in(String text) {
    List<Occurrence> found = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      AddedToken token = at(text, i);
      if (token == null) {
        continue;
      }
      int end = i + token.content().length();
      if (token.special()) {
        found.add(new Occurrence(token, i, end));
      }
      i = end - 1;
    }
    return found;
  }

  private AddedToken at(String text, int position) {
    for (AddedToken token : byFirstChar.getOrDefault(text.charAt(position), List.of())) {
      if (text.startsWith(token.content(), position)) {
        return token;
      }
    }
    return null;
  }
}
