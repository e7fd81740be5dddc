package io.streamweir.gateway.generation;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import java.util.regex.Pattern;

/**
 * How much of a stream a client has. It is the id of every event with text, so that a client which
 * reconnects can say in {@code Last-Event-ID} where to go on, whatever chunks the log holds then.
 *
 * @param tokens index of the next token
 * @param characters Unicode code points of text
 */
public record StreamPosition(int tokens, int characters) {

  public static final StreamPosition START = new StreamPosition(0, 0);

  private static final Pattern FORM = Pattern.compile("(\\d{1,9})-(\\d{1,9})");

  /**
   * Reads an event id.
   *
   * @throws ApiException if it is none
   */
  public static StreamPosition parse(String eventId) {
    var matcher = FORM.matcher(eventId);
    if (!matcher.matches()) {
      throw new ApiException(
          ApiError.invalid(
              "Last-Event-ID",
              "Last-Event-ID must be the id of an event of this stream, TOKENS-CHARACTERS, or"
                  + " absent to read it from its start."));
    }
    return new StreamPosition(
        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** Behind some more tokens and their text. */
  public StreamPosition plus(int moreTokens, String text) {
    return new StreamPosition(
        tokens + moreTokens, characters + text.codePointCount(0, text.length()));
  }

  @Override
  public String toString() {
    return tokens + "-" + characters;
  }
}
