package io.streamweir.text.grammar.regex;

import static java.nio.charset.StandardCharsets.UTF_8;

/** How the characters of a pattern stand in the text that is generated. */
public enum Spelling {
  /** As they are, in UTF-8. */
  PLAIN {
    @Override
    public Regex of(CodePoints characters) {
      return Utf8.of(characters);
    }
  },

  /**
   * As within a JSON string, each character in one way only: as it is wherever JSON allows it, else
   * by the short escape, else by four lower-case hexadecimal digits. Because there is one spelling,
   * texts can be excluded.
   */
  JSON {
    @Override
    public Regex of(CodePoints characters) {
      Regex spelled = Utf8.of(characters.minus(ESCAPED));
      for (int[] range : characters.and(ESCAPED).ranges()) {
        for (int c = range[0]; c <= range[1]; c++) {
          spelled = Regex.union(spelled, Regex.text(escape(c).getBytes(UTF_8)));
        }
      }
      return spelled;
    }
  };

  private static final CodePoints ESCAPED = CodePoints.range(0, 0x1f).or(CodePoints.of("\"\\"));
  private static final String SHORT = "\"\\\b\f\n\r\t";
  private static final String SHORT_LETTERS = "\"\\bfnrt";

  /** One of the characters. */
  public abstract Regex of(CodePoints characters);

  /** All texts, the empty one included. */
  public Regex everything() {
    return Regex.everything(of(CodePoints.ALL));
  }

  /** Whether a text has a spelling: it has no lone surrogates. */
  public static boolean isSpellable(String text) {
    return text.codePoints()
        .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  /**
   * One text.
   *
   * @throws IllegalArgumentException if it is not {@link #isSpellable}
   */
  public byte[] text(String text) {
    if (!isSpellable(text)) {
      throw new IllegalArgumentException(
          "The text has a lone surrogate, which UTF-8 cannot spell.");
    }
    StringBuilder spelled = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (this == JSON && ESCAPED.and(CodePoints.range(c, c)).ranges().size() == 1) {
                spelled.append(escape(c));
              } else {
                spelled.appendCodePoint(c);
              }
            });
    return spelled.toString().getBytes(UTF_8);
  }

  private static String escape(int c) {
    int index = SHORT.indexOf(c);
    return index < 0 ? "\\u%04x".formatted(c) : "\\" + SHORT_LETTERS.charAt(index);
  }
}
