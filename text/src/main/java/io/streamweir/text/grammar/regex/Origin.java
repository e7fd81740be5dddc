package io.streamweir.text.grammar.regex;

import io.streamweir.text.grammar.ConstraintException;

/**
 * Where a part of a constraint comes from, for the texts of errors.
 *
 * @param keyword the keyword or kind, such as {@code pattern}
 * @param place a JSON pointer into the schema, or the position in a pattern or grammar
 */
public record Origin(String keyword, String place) {

  /** An error of this part. */
  public ConstraintException refuse(String reason) {
    return new ConstraintException(keyword, place, reason);
  }
}
