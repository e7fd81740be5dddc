package io.streamweir.text.template.value;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/** The methods of a string. */
final class StringMethods {
  private static final Methods<StringValue> METHODS = new Methods<>(table(), Set.of());

  private StringMethods() {}

  static Value bind(StringValue string, String name) {
    return METHODS.bind(string, name);
  }

  private static Map<String, BiFunction<StringValue, Arguments, Value>> table() {
    Map<String, BiFunction<StringValue, Arguments, Value>> methods = new HashMap<>();
    methods.put("strip", (s, a) -> strip("strip", s, a, true, true));
    methods.put("lstrip", (s, a) -> strip("lstrip", s, a, true, false));
    methods.put("rstrip", (s, a) -> strip("rstrip", s, a, false, true));
    methods.put("upper", (s, a) -> changed("upper", s, a, StringOperations::upper));
    methods.put("lower", (s, a) -> changed("lower", s, a, StringOperations::lower));
    methods.put("capitalize", (s, a) -> changed("capitalize", s, a, StringOperations::capitalize));
    methods.put("title", (s, a) -> changed("title", s, a, StringOperations::title));
    methods.put("isdigit", (s, a) -> all("isdigit", s, a, Character::isDigit));
    methods.put("isalpha", (s, a) -> all("isalpha", s, a, Character::isLetter));
    methods.put("isalnum", (s, a) -> all("isalnum", s, a, Character::isLetterOrDigit));
    methods.put("isspace", (s, a) -> all("isspace", s, a, PythonText::isSpace));
    methods.put("startswith", (s, a) -> affix("startswith", s, a, String::startsWith));
    methods.put("endswith", (s, a) -> affix("endswith", s, a, String::endsWith));
    methods.put("removeprefix", StringMethods::removePrefix);
    methods.put("removesuffix", StringMethods::removeSuffix);
    methods.put("islower", (s, a) -> cased("islower", s, a, StringOperations::lower));
    methods.put("isupper", (s, a) -> cased("isupper", s, a, StringOperations::upper));
    methods.put("index", StringMethods::index);
    methods.put("find", (s, a) -> find("find", s, a, String::indexOf));
    methods.put("rfind", (s, a) -> find("rfind", s, a, String::lastIndexOf));
    methods.put("count", StringMethods::count);
    methods.put("replace", StringMethods::replace);
    methods.put("join", StringMethods::join);
    methods.put("format", StringFormat::format);
    methods.put("split", (s, a) -> split("split", s, a, false));
    methods.put("rsplit", (s, a) -> split("rsplit", s, a, true));
    methods.put("splitlines", StringMethods::splitLines);
    methods.put("partition", (s, a) -> partition("partition", s, a, String::indexOf));
    methods.put("rpartition", (s, a) -> partition("rpartition", s, a, String::lastIndexOf));
    return Map.copyOf(methods);
  }

  private static Value strip(
      String name, StringValue string, Arguments arguments, boolean left, boolean right) {
    Value characters = arguments.bind(name, 0, "chars")[0];
    return StringOperations.strip(string, characters, left, right);
  }

  private static Value changed(
      String name, StringValue string, Arguments arguments, UnaryOperator<StringValue> change) {
    arguments.bind(name, 0);
    return change.apply(string);
  }

  private static Value all(
      String name, StringValue string, Arguments arguments, IntPredicate property) {
    arguments.bind(name, 0);
    return BooleanValue.of(string.truthy() && string.text().codePoints().allMatch(property));
  }

  private static Value cased(
      String name, StringValue string, Arguments arguments, UnaryOperator<StringValue> change) {
    arguments.bind(name, 0);
    return BooleanValue.of(StringOperations.isCased(string) && change.apply(string).equals(string));
  }

  private interface AffixTest {
    boolean matches(String text, String affix);
  }

  private static Value affix(
      String name, StringValue string, Arguments arguments, AffixTest matcher) {
    Value wanted = arguments.bind(name, 1, "affix")[0];
    if (wanted instanceof SequenceValue several && several.tuple()) {
      return BooleanValue.of(
          several.items().stream().anyMatch(w -> matcher.matches(string.text(), text(name, w))));
    }
    return BooleanValue.of(matcher.matches(string.text(), text(name, wanted)));
  }

  private static Value removePrefix(StringValue string, Arguments arguments) {
    String prefix = text("removeprefix", arguments.bind("removeprefix", 1, "prefix")[0]);
    int length = string.text().length();
    return string.text().startsWith(prefix) ? string.substring(prefix.length(), length) : string;
  }

  private static Value removeSuffix(StringValue string, Arguments arguments) {
    String suffix = text("removesuffix", arguments.bind("removesuffix", 1, "suffix")[0]);
    int length = string.text().length();
    return string.text().endsWith(suffix) ? string.substring(0, length - suffix.length()) : string;
  }

  private interface Search {
    int find(String text, String wanted);
  }

  private static Value find(String name, StringValue string, Arguments arguments, Search search) {
    String wanted = text(name, arguments.bind(name, 1, "sub")[0]);
    int found = search.find(string.text(), wanted);
    return IntegerValue.of(found < 0 ? found : string.text().codePointCount(0, found));
  }

  private static Value index(StringValue string, Arguments arguments) {
    Value found = find("index", string, arguments, String::indexOf);
    if (found.equals(IntegerValue.of(-1))) {
      throw TemplateFailure.type("index(): substring not found");
    }
    return found;
  }

  private static Value count(StringValue string, Arguments arguments) {
    String wanted = text("count", arguments.bind("count", 1, "sub")[0]);
    if (wanted.isEmpty()) {
      return IntegerValue.of(string.length() + 1L);
    }
    int count = 0;
    for (int at = string.text().indexOf(wanted);
        at >= 0;
        at = string.text().indexOf(wanted, at + wanted.length())) {
      count++;
    }
    return IntegerValue.of(count);
  }

  private static Value replace(StringValue string, Arguments arguments) {
    Value[] bound = arguments.bind("replace", 2, "old", "new", "count");
    int most = bound[2] == null ? -1 : Numbers.index(bound[2]);
    return StringOperations.replace(
        string, text("replace", bound[0]), requireString("replace", bound[1]), most);
  }

  private static Value join(StringValue separator, Arguments arguments) {
    Value items = arguments.bind("join", 1, "iterable")[0];
    TextBuilder out = new TextBuilder();
    boolean first = true;
    for (var iterator = items.iterator(); iterator.hasNext(); first = false) {
      if (!first) {
        out.append(separator);
      }
      out.append(requireString("join", iterator.next()));
    }
    return out.toValue();
  }

  private static Value split(
      String name, StringValue string, Arguments arguments, boolean fromRight) {
    Value[] bound = arguments.bind(name, 0, "sep", "maxsplit");
    int most = bound[1] == null ? -1 : Numbers.index(bound[1]);
    boolean bySpace = bound[0] == null || bound[0] == NoneValue.NONE;
    String separator = bySpace ? null : text(name, bound[0]);
    if (separator != null && separator.isEmpty()) {
      throw TemplateFailure.type("empty separator");
    }
    return SequenceValue.list(
        fromRight
            ? StringSplit.fromRight(string, separator, most)
            : StringSplit.fromLeft(string, separator, most));
  }

  private static Value splitLines(StringValue string, Arguments arguments) {
    Value keepEnds = arguments.bind("splitlines", 0, "keepends")[0];
    return SequenceValue.list(StringSplit.lines(string, keepEnds != null && keepEnds.truthy()));
  }

  private static Value partition(
      String name, StringValue string, Arguments arguments, Search search) {
    StringValue separator = requireString(name, arguments.bind(name, 1, "sep")[0]);
    int at = search.find(string.text(), separator.text());
    if (at < 0) {
      return name.equals("partition")
          ? SequenceValue.tuple(string, StringValue.EMPTY, StringValue.EMPTY)
          : SequenceValue.tuple(StringValue.EMPTY, StringValue.EMPTY, string);
    }
    int end = at + separator.text().length();
    return SequenceValue.tuple(
        string.substring(0, at),
        string.substring(at, end),
        string.substring(end, string.text().length()));
  }

  private static StringValue requireString(String method, Value value) {
    if (value instanceof StringValue string) {
      return string;
    }
    throw TemplateFailure.type(method + "() needs a str, not " + value.typeName());
  }

  private static String text(String method, Value value) {
    return requireString(method, value).text();
  }
}
