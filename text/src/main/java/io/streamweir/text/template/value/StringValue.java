package io.streamweir.text.template.value;

import java.util.Iterator;
import java.util.function.UnaryOperator;

/**
 * A string that knows which of its characters came from the request, and whether it counts as safe
 * HTML (which only matters for {@code +}: the other operand is then escaped).
 *
 * <p>Equality is that of the characters alone. Positions in the language count code points, those
 * in {@link #text} and {@link #provenance} count chars.
 */
public final class StringValue implements Value {
  public static final StringValue EMPTY = of("");

  private final String text;
  private final Provenance provenance;
  private final boolean markup;

  StringValue(String text, Provenance provenance, boolean markup) {
    this.text = text;
    this.provenance = provenance;
    this.markup = markup;
  }

  /** A string that the template wrote. */
  public static StringValue of(String text) {
    return new StringValue(text, Provenance.TEMPLATE, false);
  }

  /** A string that came with the request. */
  public static StringValue input(String text) {
    return new StringValue(text, Provenance.input(text.length()), false);
  }

  public String text() {
    return text;
  }

  public Provenance provenance() {
    return provenance;
  }

  public boolean markup() {
    return markup;
  }

  public StringValue asMarkup() {
    return new StringValue(text, provenance, true);
  }

  /** The chars from start to end (exclusive). */
  public StringValue substring(int start, int end) {
    if (start == 0 && end == text.length()) {
      return this;
    }
    Provenance.Bounds bounds = new Provenance.Bounds();
    provenance.copyTo(bounds, start, end, 0);
    return new StringValue(text.substring(start, end), bounds.toProvenance(), markup);
  }

  /** Applies a change to each run of characters of one origin. */
  public StringValue mapRuns(UnaryOperator<String> change) {
    TextBuilder out = new TextBuilder();
    for (int i = 0; i < text.length(); ) {
      int end = provenance.endOfRun(i, text.length());
      out.append(change.apply(text.substring(i, end)), !provenance.writtenByTemplate(i, end));
      i = end;
    }
    return markup ? out.toValue().asMarkup() : out.toValue();
  }

  @Override
  public String typeName() {
    return markup ? "Markup" : "str";
  }

  @Override
  public boolean truthy() {
    return !text.isEmpty();
  }

  @Override
  public void writeRepr(TextBuilder out) {
    if (markup) {
      out.append("Markup(");
    }
    PythonText.writeRepr(this, out);
    if (markup) {
      out.append(')');
    }
  }

  @Override
  public StringValue string() {
    return this;
  }

  @Override
  public int length() {
    return text.codePointCount(0, text.length());
  }

  @Override
  public boolean iterable() {
    return true;
  }

  @Override
  public Iterator<Value> iterator() {
    return new Iterator<>() {
      private int position;

      @Override
      public boolean hasNext() {
        return position < text.length();
      }

      @Override
      public Value next() {
        int start = position;
        position = text.offsetByCodePoints(start, 1);
        // The characters of markup are no markup.
        return new StringValue(text, provenance, false).substring(start, position);
      }
    };
  }

  @Override
  public boolean contains(Value needle) {
    if (needle instanceof StringValue part) {
      return text.contains(part.text);
    }
    throw TemplateFailure.type(
        "'in <string>' requires string as left operand, not " + needle.typeName());
  }

  @Override
  public Value attribute(String name) {
    return StringMethods.bind(this, name);
  }

  @Override
  public Value item(Value key) {
    if (!Numbers.isInteger(key)) {
      return Value.super.item(key);
    }
    int length = length();
    int index = SliceBounds.position(Numbers.index(key), length);
    if (index < 0) {
      return UndefinedValue.noElement(this, key);
    }
    int start = text.offsetByCodePoints(0, index);
    return substring(start, text.offsetByCodePoints(start, 1));
  }

  @Override
  public Value slice(Value start, Value stop, Value step) {
    SliceBounds bounds = SliceBounds.of(start, stop, step, length());
    if (bounds.step() == 1) {
      int from = text.offsetByCodePoints(0, bounds.start());
      return substring(from, text.offsetByCodePoints(from, bounds.count()));
    }
    TextBuilder out = new TextBuilder();
    int[] offsets = codePointOffsets();
    for (int i = 0; i < bounds.count(); i++) {
      int index = bounds.index(i);
      out.append(this, offsets[index], offsets[index + 1]);
    }
    return out.toValue();
  }

  private int[] codePointOffsets() {
    int[] offsets = new int[length() + 1];
    for (int i = 0; i + 1 < offsets.length; i++) {
      offsets[i + 1] = text.offsetByCodePoints(offsets[i], 1);
    }
    return offsets;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StringValue string && text.equals(string.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }
}
