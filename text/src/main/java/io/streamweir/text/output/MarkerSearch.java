package io.streamweir.text.output;

import java.util.List;

/**
 * Finds the first of some markers in text that comes in pieces. None of the markers may be the
 * beginning of another.
 */
final class MarkerSearch {
  private final List<String> markers;

  /**
   * @param at where the marker is; without one, how much of the text is known to hold none
   * @param marker null when there is none
   */
  record Match(int at, String marker) {
    boolean found() {
      return marker != null;
    }
  }

  MarkerSearch(List<String> markers) {
    this.markers = List.copyOf(markers);
  }

  /**
   * @param from characters that are known to hold no marker
   */
  Match find(Input in, int from) {
    int length = in.length();
    for (int i = from; i < length; i++) {
      boolean open = false;
      for (String marker : markers) {
        int common = common(in, i, marker);
        if (common == marker.length()) {
          return new Match(i, marker);
        }
        open |= i + common == length;
      }
      if (open && !in.ended()) {
        return new Match(i, null);
      }
    }
    return new Match(length, null);
  }

  private static int common(CharSequence text, int at, String marker) {
    int limit = Math.min(marker.length(), text.length() - at);
    int common = 0;
    while (common < limit && text.charAt(at + common) == marker.charAt(common)) {
      common++;
    }
    return common;
  }
}
