package io.streamweir.text.template.builtin;

import static java.util.Map.entry;

import io.streamweir.text.template.run.Filter;
import io.streamweir.text.template.run.Run;
import io.streamweir.text.template.value.Arguments;
import io.streamweir.text.template.value.Numbers;
import io.streamweir.text.template.value.PythonText;
import io.streamweir.text.template.value.StringOperations;
import io.streamweir.text.template.value.StringValue;
import io.streamweir.text.template.value.TemplateFailure;
import io.streamweir.text.template.value.TextBuilder;
import io.streamweir.text.template.value.Value;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Filters that make text of their input. */
final class TextFilters {
  static final Map<String, Filter> TABLE =
      Map.ofEntries(
          entry("string", text("string", string -> string)),
          entry("safe", text("safe", StringValue::asMarkup)),
          entry("escape", text("escape", StringOperations::escape)),
          entry("e", text("e", StringOperations::escape)),
          entry("upper", text("upper", StringOperations::upper)),
          entry("lower", text("lower", StringOperations::lower)),
          entry("capitalize", text("capitalize", StringOperations::capitalize)),
          entry("title", text("title", TextFilters::title)),
          entry("trim", TextFilters::trim),
          entry("replace", TextFilters::replace),
          entry("indent", TextFilters::indent));

  private TextFilters() {}

  private static Filter text(String name, UnaryOperator<StringValue> change) {
    return (input, arguments, run) -> {
      arguments.bind(name, 0);
      return change.apply(input.string());
    };
  }

  /** Unlike the method of this name, only what follows a space or an opening bracket is a word. */
  private static StringValue title(StringValue string) {
    String text = string.text();
    TextBuilder out = new TextBuilder();
    int start = 0;
    while (start < text.length()) {
      boolean separator = separatesWords(text.charAt(start));
      int end = start + 1;
      while (end < text.length() && separatesWords(text.charAt(end)) == separator) {
        end++;
      }
      StringValue run = string.substring(start, end);
      out.append(separator ? run : firstUpper(run));
      start = end;
    }
    return out.toValue();
  }

  private static StringValue firstUpper(StringValue word) {
    int length = word.text().length();
    int first = word.text().offsetByCodePoints(0, 1);
    return new TextBuilder()
        .append(StringOperations.upper(word.substring(0, first)))
        .append(StringOperations.lower(word.substring(first, length)))
        .toValue();
  }

  private static boolean separatesWords(char c) {
    return PythonText.isSpace(c) || "-({[<".indexOf(c) >= 0;
  }

  private static Value trim(Value input, Arguments arguments, Run run) {
    Value characters = arguments.bind("trim", 0, "chars")[0];
    return StringOperations.strip(input.string(), characters, true, true);
  }

  private static Value replace(Value input, Arguments arguments, Run run) {
    Value[] bound = arguments.bind("replace", 2, "old", "new", "count");
    int most = bound[2] == null || !Numbers.isInteger(bound[2]) ? -1 : Numbers.index(bound[2]);
    return StringOperations.replace(
        input.string(), bound[0].string().text(), bound[1].string(), most);
  }

  private static Value indent(Value input, Arguments arguments, Run run) {
    Value[] bound = arguments.bind("indent", 0, "width", "first", "blank");
    if (!(input instanceof StringValue)) {
      throw TemplateFailure.type("indent needs a str, not " + input.typeName());
    }
    StringValue indentation = indentation(bound[0]);
    boolean first = bound[1] != null && bound[1].truthy();
    boolean blank = bound[2] != null && bound[2].truthy();
    TextBuilder out = new TextBuilder();
    int number = 0;
    for (Value line : Lines.of((StringValue) input)) {
      if (number > 0) {
        out.append('\n');
      }
      if (number == 0 ? first : blank || line.truthy()) {
        out.append(indentation);
      }
      out.append((StringValue) line);
      number++;
    }
    return out.toValue();
  }

  private static StringValue indentation(Value width) {
    if (width instanceof StringValue text) {
      return text;
    }
    int spaces = width == null ? 4 : Numbers.index(width);
    TextBuilder out = new TextBuilder();
    for (int i = 0; i < spaces; i++) {
      out.append(' ');
    }
    return out.toValue();
  }
}
