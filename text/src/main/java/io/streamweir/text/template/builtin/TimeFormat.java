package io.streamweir.text.template.builtin;

import static java.util.Map.entry;

import io.streamweir.text.template.value.TemplateFailure;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** Python's {@code strftime} in the C locale. */
final class TimeFormat {
  private static final Map<Character, DateTimeFormatter> DIRECTIVES =
      Map.ofEntries(
          directive('Y', "uuuu"),
          directive('y', "uu"),
          directive('m', "MM"),
          directive('B', "MMMM"),
          directive('b', "MMM"),
          directive('h', "MMM"),
          directive('d', "dd"),
          directive('j', "DDD"),
          directive('A', "EEEE"),
          directive('a', "EEE"),
          directive('H', "HH"),
          directive('I', "hh"),
          directive('M', "mm"),
          directive('S', "ss"),
          directive('f', "SSSSSS"),
          directive('p', "a"),
          directive('Z', "zzz"),
          directive('z', "xx"),
          directive('F', "uuuu-MM-dd"),
          directive('D', "MM/dd/uu"),
          directive('T', "HH:mm:ss"),
          directive('R', "HH:mm"));

  private TimeFormat() {}

  static String format(String format, ZonedDateTime time) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c != '%' || i + 1 == format.length()) {
        out.append(c);
        continue;
      }
      i++;
      out.append(directive(format, i, time));
      i += format.charAt(i) == '-' ? 1 : 0;
    }
    return out.toString();
  }

  private static String directive(String format, int at, ZonedDateTime time) {
    char c = format.charAt(at);
    if (c == '%') {
      return "%";
    }
    if (c == '-' && at + 1 < format.length()) {
      String padded = directive(format, at + 1, time);
      return padded.replaceFirst("^0+(?=.)", "");
    }
    DateTimeFormatter formatter = DIRECTIVES.get(c);
    if (formatter == null) {
      throw TemplateFailure.unsupported("strftime_now directive %" + c);
    }
    return time.format(formatter);
  }

  private static Map.Entry<Character, DateTimeFormatter> directive(char name, String pattern) {
    return entry(name, DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
  }
}
