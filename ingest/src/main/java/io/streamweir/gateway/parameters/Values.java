package io.streamweir.gateway.parameters;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;

/** Reads typed values out of a request body; whatever does not fit is refused by name. */
public final class Values {

  private static final int SHOWN_CHARACTERS = 60;

  private Values() {}

  public static boolean bool(String name, JsonNode value) {
    if (!value.isBoolean()) {
      throw wrong(name, value, "true or false");
    }
    return value.booleanValue();
  }

  public static int integer(String name, JsonNode value, int least, int most) {
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < least
        || value.intValue() > most) {
      throw wrong(
          name,
          value,
          most == Integer.MAX_VALUE
              ? "a whole number, " + least + " or more"
              : "a whole number from " + least + " to " + most);
    }
    return value.intValue();
  }

  public static long longInteger(String name, JsonNode value, long least) {
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < least) {
      throw wrong(
          name,
          value,
          "a 64-bit whole number" + (least == Long.MIN_VALUE ? "" : ", " + least + " or more"));
    }
    return value.longValue();
  }

  public static double number(String name, JsonNode value, double least, double most) {
    if (!value.isNumber() || !(value.doubleValue() >= least) || !(value.doubleValue() <= most)) {
      throw wrong(name, value, "a number from " + least + " to " + most);
    }
    return value.doubleValue();
  }

  /** A number above zero. */
  public static double positive(String name, JsonNode value, double most) {
    if (!value.isNumber() || !(value.doubleValue() > 0) || !(value.doubleValue() <= most)) {
      throw wrong(name, value, "a number above 0 and at most " + most);
    }
    return value.doubleValue();
  }

  public static String text(String name, JsonNode value) {
    if (!value.isTextual()) {
      throw wrong(name, value, "a string");
    }
    var text = value.textValue();
    var bad = unpairedSurrogate(text);
    if (bad >= 0) {
      throw new ApiException(
          new ApiError(
              400,
              "invalid_text",
              "'"
                  + name
                  + "' is not Unicode text: it has half of a surrogate pair at character "
                  + bad
                  + ".",
              name));
    }
    return text;
  }

  public static JsonNode object(String name, JsonNode value) {
    if (!value.isObject()) {
      throw wrong(name, value, "an object");
    }
    return value;
  }

  public static JsonNode array(String name, JsonNode value, int most) {
    if (!value.isArray() || value.size() > most) {
      throw wrong(
          name, value, "an array" + (most == Integer.MAX_VALUE ? "" : " of at most " + most));
    }
    return value;
  }

  public static ApiException wrong(String name, JsonNode value, String expected) {
    return invalid(name, "'" + name + "' must be " + expected + ", but is " + show(value) + ".");
  }

  public static ApiException invalid(String name, String message) {
    return new ApiException(ApiError.invalid(name, message));
  }

  public static ApiException unsupported(String name, String message) {
    return new ApiException(new ApiError(400, "unsupported_parameter", message, name));
  }

  /** Type and beginning of a value, for messages. */
  public static String show(JsonNode value) {
    if (value.isContainerNode()) {
      return (value.isArray() ? "an array of " : "an object of ") + value.size();
    }
    var text = value.toString();
    var shown = text.length() <= SHOWN_CHARACTERS ? text : beginning(text) + "...";
    return value.isTextual() ? "the string " + shown : shown;
  }

  /** Without half of a character at its end. */
  private static String beginning(String text) {
    var inPair = Character.isHighSurrogate(text.charAt(SHOWN_CHARACTERS - 1));
    return text.substring(0, SHOWN_CHARACTERS - (inPair ? 1 : 0));
  }

  public static boolean isNumber(JsonNode value, double expected) {
    return value.isNumber() && value.doubleValue() == expected;
  }

  public static boolean isText(JsonNode value, String expected) {
    return value.isTextual() && value.textValue().equals(expected);
  }

  public static boolean isFalse(JsonNode value) {
    return value.isBoolean() && !value.booleanValue();
  }

  public static boolean isEmptyArray(JsonNode value) {
    return value.isArray() && value.isEmpty();
  }

  private static int unpairedSurrogate(String text) {
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return i;
      }
    }
    return -1;
  }
}
