package io.streamweir.text.grammar.regex;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The characters of Unicode general categories, as the running Java knows them. */
final class UnicodeCategories {
  private static final String[] NAMES = {
    "Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Me", "Mc", "Nd", "Nl", "No", "", "Zs", "Zl", "Zp",
    "Cc", "Cf", "", "Co", "Cs", "Pd", "Ps", "Pe", "Pc", "Po", "Sm", "Sc", "Sk", "So", "Pi", "Pf"
  };

  private static final Map<String, CodePoints> KNOWN = new ConcurrentHashMap<>();

  private UnicodeCategories() {}

  /** By the name of one or two letters; empty if there is no such category. */
  static CodePoints of(String name) {
    boolean exists = List.of(NAMES).stream().anyMatch(n -> !n.isEmpty() && n.startsWith(name));
    return exists && !name.isEmpty()
        ? KNOWN.computeIfAbsent(name, UnicodeCategories::scan)
        : CodePoints.NONE;
  }

  private static CodePoints scan(String name) {
    List<int[]> ranges = new ArrayList<>();
    int first = -1;
    for (int c = 0; c <= Character.MAX_CODE_POINT + 1; c++) {
      boolean member =
          c <= Character.MAX_CODE_POINT && NAMES[Character.getType(c)].startsWith(name);
      if (member && first < 0) {
        first = c;
      } else if (!member && first >= 0) {
        ranges.add(new int[] {first, c - 1});
        first = -1;
      }
    }
    return CodePoints.of(ranges).and(CodePoints.ALL);
  }
}
