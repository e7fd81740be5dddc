package io.streamweir.text.template.value;

/** Builds a text together with its provenance. Bounded, because templates can double strings. */
public final class TextBuilder {
  /** No single string of a template gets longer than this many chars. */
  static final int MAX_LENGTH = 1 << 25;

  private final StringBuilder text = new StringBuilder();
  private final Provenance.Bounds input = new Provenance.Bounds();

  /** Appends what the template wrote. */
  public TextBuilder append(String written) {
    grow(written.length());
    text.append(written);
    return this;
  }

  public TextBuilder append(char written) {
    grow(1);
    text.append(written);
    return this;
  }

  /** Appends a string with its provenance. */
  public TextBuilder append(StringValue value) {
    return append(value, 0, value.text().length());
  }

  /** Appends the chars of a string from start to end (exclusive) with their provenance. */
  public TextBuilder append(StringValue value, int start, int end) {
    grow(end - start);
    value.provenance().copyTo(input, start, end, text.length());
    text.append(value.text(), start, end);
    return this;
  }

  /** Appends text of the same origin as another. */
  public TextBuilder append(String derived, boolean fromInput) {
    grow(derived.length());
    if (fromInput && !derived.isEmpty()) {
      input.add(text.length(), text.length() + derived.length());
    }
    text.append(derived);
    return this;
  }

  public int length() {
    return text.length();
  }

  public StringValue toValue() {
    return new StringValue(text.toString(), input.toProvenance(), false);
  }

  private void grow(int by) {
    if (by > MAX_LENGTH - text.length()) {
      throw TemplateFailure.limit(
          "a string would be longer than " + MAX_LENGTH + " characters; shorten the input");
    }
  }
}
