package io.streamweir.text.template.value;

import java.util.Iterator;
import java.util.List;

/** {@code "{}".format(...)} and {@code "%s" % ...}, without widths, precisions and attributes. */
final class StringFormat {

  private StringFormat() {}

  static Value format(StringValue format, Arguments arguments) {
    String text = format.text();
    TextBuilder out = new TextBuilder();
    int automatic = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '{' && c != '}') {
        out.append(format, i, i + 1);
      } else if (i + 1 < text.length() && text.charAt(i + 1) == c) {
        out.append(format, i, ++i);
      } else {
        int end = text.indexOf('}', i);
        if (c == '}' || end < 0) {
          throw TemplateFailure.type("single '" + c + "' encountered in format string");
        }
        String field = text.substring(i + 1, end);
        out.append(field(field.isEmpty() ? String.valueOf(automatic++) : field, arguments));
        i = end;
      }
    }
    return out.toValue();
  }

  private static StringValue field(String field, Arguments arguments) {
    if (field.matches("[0-9]{1,4}")) {
      int index = Integer.parseInt(field);
      if (index >= arguments.positional().size()) {
        throw TemplateFailure.type("format() has no argument for the field {" + field + "}");
      }
      return arguments.positional().get(index).string();
    }
    if (!field.matches("\\w+")) {
      throw TemplateFailure.unsupported(
          "format field {" + field + "}; only names and positions are");
    }
    Value value = arguments.named().get(field);
    if (value == null) {
      throw TemplateFailure.type("format() has no argument for the field {" + field + "}");
    }
    return value.string();
  }

  /** Python's {@code format % values}. */
  static Value percent(StringValue format, Value values) {
    boolean several = values instanceof SequenceValue sequence && sequence.tuple();
    Iterator<Value> rest =
        several ? ((SequenceValue) values).iterator() : List.of(values).iterator();
    String text = format.text();
    TextBuilder out = new TextBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != '%') {
        out.append(format, i, i + 1);
        continue;
      }
      i++;
      char conversion = i < text.length() ? text.charAt(i) : 0;
      if (conversion == '%') {
        out.append(format, i, i + 1);
      } else if (rest.hasNext()) {
        convert(conversion, rest.next(), out);
      } else {
        throw TemplateFailure.type("not enough arguments for format string");
      }
    }
    if (rest.hasNext() && !subscriptable(values)) {
      throw TemplateFailure.type("not all arguments converted during string formatting");
    }
    return out.toValue();
  }

  // Python takes what has elements for a mapping of names, of which the format need use none.
  private static boolean subscriptable(Value values) {
    return values instanceof DictValue
        || values instanceof SequenceValue sequence && !sequence.tuple()
        || values instanceof RangeValue
        || values instanceof UndefinedValue;
  }

  private static void convert(char conversion, Value value, TextBuilder out) {
    switch (conversion) {
      case 's' -> out.append(value.string());
      case 'r' -> value.writeRepr(out);
      case 'd', 'i' -> out.append(Operators.toInteger(value).string());
      default -> throw TemplateFailure.unsupported("format conversion %" + conversion);
    }
  }
}
