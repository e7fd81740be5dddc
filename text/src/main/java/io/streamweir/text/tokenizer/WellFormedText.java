package io.streamweir.text.tokenizer;

/** The check that text can be written as UTF-8 at all. */
public final class WellFormedText {

  private WellFormedText() {}

  /**
   * Returns the text unchanged.
   *
   * <p>The native tokenizer would silently encode a lone surrogate as something else, so that two
   * different prompts became one.
   *
   * @throws InvalidTextException if a surrogate stands alone; the message gives its position
   */
  public static String require(String text) {
    return require("The text", text);
  }

  /**
   * As {@link #require(String)}, for text that has a name.
   *
   * @param what how the message calls the text, at the start of a sentence
   */
  public static String require(String what, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isSurrogate(c)) {
        continue;
      }
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (!pair) {
        throw new InvalidTextException(
            "%s has a lone surrogate U+%04X at position %d, which no UTF-8 text can hold;"
                    .formatted(what, (int) c, i)
                + " send whole Unicode characters.");
      }
      i++;
    }
    return text;
  }
}
