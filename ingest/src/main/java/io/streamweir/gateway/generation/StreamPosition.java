package io.streamweir.gateway.generation;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.schemas.AnswerDelta;
import io.streamweir.schemas.tokens.AnswerDeltas;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much of a stream a client has. It is the id of every event with text, so that a client which
 * reconnects can say in {@code Last-Event-ID} where to go on, whatever chunks the log holds then.
 *
 * @param tokens index of the next token
 * @param characters Unicode code points of text
 * @param deltas size of the deltas, if the answer is taken apart
 * @param parts of the answer that have begun, if it is taken apart
 */
public record StreamPosition(int tokens, int characters, int deltas, int parts) {

  public static final StreamPosition START = new StreamPosition(0, 0);

  private static final Pattern FORM =
      Pattern.compile("(\\d{1,9})-(\\d{1,9})(?:-(\\d{1,9})-(\\d{1,9}))?");

  /** In an answer that is text. */
  public StreamPosition(int tokens, int characters) {
    this(tokens, characters, 0, 0);
  }

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
              "Last-Event-ID must be the id of an event of this stream, as 12-34 or 12-34-5-1, or"
                  + " absent to read it from its start."));
    }
    return new StreamPosition(
        number(matcher, 1), number(matcher, 2), number(matcher, 3), number(matcher, 4));
  }

  private static int number(Matcher matcher, int group) {
    return matcher.group(group) == null ? 0 : Integer.parseInt(matcher.group(group));
  }

  /** Behind some more tokens and their text. */
  public StreamPosition plus(int moreTokens, String text) {
    return new StreamPosition(
        tokens + moreTokens, characters + text.codePointCount(0, text.length()), deltas, parts);
  }

  /** Behind a delta, its tokens not counted yet: they may say more. */
  public StreamPosition plus(AnswerDelta delta) {
    return new StreamPosition(
        tokens, characters, deltas + AnswerDeltas.size(delta), delta.getPart() + 1);
  }

  /** Whether a client that is at another position has everything up to this one. */
  public boolean isWithin(StreamPosition other) {
    return tokens <= other.tokens && characters <= other.characters && deltas <= other.deltas;
  }

  @Override
  public String toString() {
    var position = tokens + "-" + characters;
    return parts == 0 ? position : position + "-" + deltas + "-" + parts;
  }
}
