package io.streamweir.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * One configuration key.
 *
 * @param key as it is written, for example {@code tokens.flush-interval}
 * @param fallback the default as it would be written; null if the key is required
 * @param allowed what values are allowed, in words, the unit included
 * @param doc one line
 * @param parser turns the written value into the typed one; throws {@link IllegalArgumentException}
 *     if it cannot
 */
public record Setting<T>(
    String key, String fallback, String allowed, String doc, Function<String, T> parser) {

  private static final String DURATIONS = "duration: number with ms, s, min, h or d";
  private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|min|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d+)\\s*(b|kb|mb|gb)");

  public static Setting<String> string(String key, String fallback, String doc) {
    return new Setting<>(key, fallback, "text", doc, Function.identity());
  }

  public static Setting<String> choice(
      String key, String fallback, List<String> choices, String doc) {
    return new Setting<>(
        key,
        fallback,
        "one of " + String.join(", ", choices),
        doc,
        text -> require(text, choices.contains(text)));
  }

  public static Setting<Integer> integer(
      String key, String fallback, int least, int most, String doc) {
    return new Setting<>(
        key,
        fallback,
        "whole number from " + least + " to " + most,
        doc,
        text -> {
          var value = Integer.parseInt(text);
          return require(value, value >= least && value <= most);
        });
  }

  public static Setting<Boolean> flag(String key, String fallback, String doc) {
    return new Setting<>(
        key,
        fallback,
        "true or false",
        doc,
        text -> require(text, text.equals("true") || text.equals("false")).equals("true"));
  }

  /** A duration such as {@code 500 ms}, {@code 2s}, {@code 10 min}, {@code 1 h}, {@code 7 d}. */
  public static Setting<Duration> duration(String key, String fallback, String doc) {
    return new Setting<>(key, fallback, DURATIONS, doc, Setting::parseDuration);
  }

  /**
   * A duration within bounds.
   *
   * @param least as it would be written; so is the next
   */
  public static Setting<Duration> duration(
      String key, String fallback, String least, String longest, String doc) {
    return new Setting<>(
        key,
        fallback,
        DURATIONS + "; from " + least + " to " + longest,
        doc,
        text -> {
          var value = parseDuration(text);
          var inBounds =
              value.compareTo(parseDuration(least)) >= 0
                  && value.compareTo(parseDuration(longest)) <= 0;
          return require(value, inBounds);
        });
  }

  private static Duration parseDuration(String text) {
    var match = DURATION.matcher(text.trim().toLowerCase(Locale.ROOT));
    require(text, match.matches());
    var amount = Long.parseLong(match.group(1));
    var unit =
        switch (match.group(2)) {
          case "ms" -> Duration.ofMillis(1);
          case "s" -> Duration.ofSeconds(1);
          case "min" -> Duration.ofMinutes(1);
          case "h" -> Duration.ofHours(1);
          default -> Duration.ofDays(1);
        };
    return unit.multipliedBy(require(amount, amount <= Long.MAX_VALUE / unit.toMillis()));
  }

  /** A size in bytes such as {@code 64 kb}, {@code 256mb}, {@code 2 gb} (powers of 1024). */
  public static Setting<Long> size(String key, String fallback, String doc) {
    return new Setting<>(
        key,
        fallback,
        "size: number with b, kb, mb or gb (powers of 1024)",
        doc,
        text -> {
          var match = SIZE.matcher(text.trim().toLowerCase(Locale.ROOT));
          require(text, match.matches());
          var amount = Long.parseLong(match.group(1));
          return switch (match.group(2)) {
            case "b" -> amount;
            case "kb" -> amount << 10;
            case "mb" -> amount << 20;
            default -> amount << 30;
          };
        });
  }

  public boolean required() {
    return fallback == null;
  }

  T parse(String text) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "Setting " + key + " is '" + text + "', but must be " + allowed + " (" + doc + ").");
    }
  }

  private static <V> V require(V value, boolean condition) {
    if (!condition) {
      throw new IllegalArgumentException();
    }
    return value;
  }
}
