package io.streamweir.text.grammar.schema;

import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The values of {@code format} as patterns. Each describes a part of what the format allows that is
 * valid for sure: no value of a pattern is invalid, a few exotic valid ones are left out.
 */
final class Formats {
  private static final String YEAR = "[0-9]{4}";
  private static final String LEAP_YEAR =
      "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)";
  private static final String DATE =
      "(?:%1$s-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
              .formatted(YEAR)
          + "|02-(?:0[1-9]|1[0-9]|2[0-8]))|"
          + LEAP_YEAR
          + "-02-29)";
  private static final String TIME =
      "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{1,9})?"
          + "(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])";
  private static final String BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final String GROUP = "[0-9a-fA-F]{1,4}";
  private static final String LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9]|-[a-zA-Z0-9]){0,20}";
  private static final String HOST = LABEL + "(?:\\." + LABEL + "){0,4}";
  private static final String ATOM = "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+";
  private static final String DOMAIN_LABEL = "[a-zA-Z0-9]+(?:-[a-zA-Z0-9]+)*";
  private static final String DOMAIN = DOMAIN_LABEL + "(?:\\." + DOMAIN_LABEL + ")*";

  private static final Map<String, String> PATTERNS =
      Map.of(
          "date",
          DATE,
          "time",
          TIME,
          "date-time",
          DATE + "T" + TIME,
          "duration",
          "P(?:[0-9]{1,9}W|(?:[0-9]{1,9}Y(?:[0-9]{1,9}M(?:[0-9]{1,9}D)?)?"
              + "|[0-9]{1,9}M(?:[0-9]{1,9}D)?|[0-9]{1,9}D)"
              + "(?:T(?:[0-9]{1,9}H(?:[0-9]{1,9}M(?:[0-9]{1,9}S)?)?"
              + "|[0-9]{1,9}M(?:[0-9]{1,9}S)?|[0-9]{1,9}S))?"
              + "|T(?:[0-9]{1,9}H(?:[0-9]{1,9}M(?:[0-9]{1,9}S)?)?"
              + "|[0-9]{1,9}M(?:[0-9]{1,9}S)?|[0-9]{1,9}S))",
          "uuid",
          "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
          "ipv4",
          BYTE + "(?:\\." + BYTE + "){3}",
          "ipv6",
          ipv6(),
          "hostname",
          HOST,
          "email",
          ATOM + "(?:\\." + ATOM + ")*@" + DOMAIN,
          "uri",
          uri());

  private Formats() {}

  /** The pattern of a format, which the whole string has to match. */
  static Optional<String> pattern(String format) {
    return Optional.ofNullable(PATTERNS.get(format));
  }

  static String names() {
    return String.join(", ", new TreeSet<>(PATTERNS.keySet()));
  }

  private static String uri() {
    String nameCharacter = "(?:[a-zA-Z0-9._~!$&'()*+,;=-]|%[0-9a-fA-F]{2})";
    String pathCharacter = "(?:[a-zA-Z0-9._~!$&'()*+,;=:@-]|%[0-9a-fA-F]{2})";
    String authority = "//" + nameCharacter + "*(?::[0-9]{1,5})?(?:/" + pathCharacter + "*)*";
    String path = pathCharacter + "+(?:/" + pathCharacter + "*)*";
    String tail = "(?:%1$s|[/?])*".formatted(pathCharacter);
    return "[a-zA-Z][a-zA-Z0-9+.-]*:(?:%s|%s)(?:\\?%s)?(?:#%s)?"
        .formatted(authority, path, tail, tail);
  }

  /** Eight groups, of which one run may be left out. */
  private static String ipv6() {
    StringBuilder pattern = new StringBuilder("(?:" + GROUP + "(?::" + GROUP + "){7}");
    for (int before = 0; before <= 7; before++) {
      String head = before == 0 ? "" : GROUP + "(?::" + GROUP + "){" + (before - 1) + "}";
      int most = 7 - before;
      String tail = most == 0 ? "" : "(?:" + GROUP + "(?::" + GROUP + "){0," + (most - 1) + "})?";
      pattern.append('|').append(head).append("::").append(tail);
    }
    return pattern.append(')').toString();
  }
}
