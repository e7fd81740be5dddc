package io.streamweir.text.grammar.regex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Unites many texts with common beginnings taken out, so that a derivative looks only at the texts
 * that are still possible.
 */
final class TextUnion {
  private TextUnion() {}

  static Regex of(Collection<byte[]> texts) {
    List<byte[]> sorted = new ArrayList<>(texts);
    sorted.sort(Arrays::compareUnsigned);
    return of(sorted, 0, sorted.size(), 0);
  }

  private static Regex of(List<byte[]> sorted, int start, int end, int depth) {
    if (end - start == 1) {
      byte[] text = sorted.get(start);
      return Regex.text(Arrays.copyOfRange(text, depth, text.length));
    }
    List<Regex> alternatives = new ArrayList<>();
    int i = start;
    while (i < end) {
      byte[] text = sorted.get(i);
      if (text.length == depth) {
        alternatives.add(Regex.empty());
        i++;
        continue;
      }
      int groupEnd = i + 1;
      while (groupEnd < end && sorted.get(groupEnd)[depth] == text[depth]) {
        groupEnd++;
      }
      alternatives.add(group(sorted, i, groupEnd, depth));
      i = groupEnd;
    }
    return Regex.union(alternatives);
  }

  /** Texts that agree in the byte at {@code depth}. */
  private static Regex group(List<byte[]> sorted, int start, int end, int depth) {
    byte[] first = sorted.get(start);
    byte[] last = sorted.get(end - 1);
    int mismatch = Arrays.mismatch(first, last);
    int common = mismatch < 0 ? first.length : mismatch;
    Regex prefix = Regex.text(Arrays.copyOfRange(first, depth, common));
    return Regex.concat(prefix, of(sorted, start, end, common));
  }
}
