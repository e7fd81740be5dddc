package io.streamweir.text.grammar.schema;

import io.streamweir.text.grammar.regex.Regex;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Numbers within bounds, written without exponent.
 *
 * @param lower null for none
 * @param aboveLower whether the lower bound itself is excluded
 * @param upper null for none
 * @param belowUpper whether the upper bound itself is excluded
 */
record NumberBounds(BigDecimal lower, boolean aboveLower, BigDecimal upper, boolean belowUpper) {
  private static final JsonMagnitude ZERO = JsonMagnitude.of(BigDecimal.ZERO);

  /**
   * The texts of the numbers, or of the whole ones among them.
   *
   * @param also what the digits have to fulfil besides
   */
  Regex texts(boolean whole, List<Regex> also) {
    return Regex.union(
        notNegative(whole, also), Regex.concat(JsonTexts.ascii("-"), negated(whole, also)));
  }

  private Regex notNegative(boolean whole, List<Regex> also) {
    List<Regex> all = new ArrayList<>(also);
    all.add(ZERO.orMore(false, whole));
    if (lower != null && lower.signum() >= 0) {
      all.add(JsonMagnitude.of(lower).orMore(aboveLower, whole));
    }
    if (upper != null) {
      if (upper.signum() < 0) {
        return Regex.nothing();
      }
      all.add(JsonMagnitude.of(upper).orLess(belowUpper, whole));
    }
    return Regex.intersection(all.toArray(Regex[]::new));
  }

  /** What may follow a minus sign. */
  private Regex negated(boolean whole, List<Regex> also) {
    List<Regex> all = new ArrayList<>(also);
    all.add(ZERO.orMore(true, whole));
    if (upper != null && upper.signum() <= 0) {
      all.add(JsonMagnitude.of(upper.negate()).orMore(belowUpper, whole));
    }
    if (lower != null) {
      if (lower.signum() >= 0) {
        return Regex.nothing();
      }
      all.add(JsonMagnitude.of(lower.negate()).orLess(aboveLower, whole));
    }
    return Regex.intersection(all.toArray(Regex[]::new));
  }
}
