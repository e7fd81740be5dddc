package io.streamweir.text.grammar.schema;

import io.streamweir.text.grammar.regex.Origin;
import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.grammar.rule.Lexeme;
import io.streamweir.text.grammar.rule.Rule;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** Numbers with bounds or a divisor. */
final class NumberSchemas {
  private static final long MAX_DIVISOR = 1_000;
  private static final int MAX_SCALE = 9;

  private NumberSchemas() {}

  static Rule rule(SchemaNode schema, JsonRules json, boolean whole) {
    if (Keywords.NUMBER.stream().noneMatch(schema::has)) {
      return whole ? json.anyInteger() : json.anyNumber();
    }
    Origin origin =
        schema.origin(
            Keywords.NUMBER.stream().sorted().filter(schema::has).findFirst().orElseThrow());
    return Lexeme.of(bounds(schema).texts(whole, divisor(schema)), origin);
  }

  /** Of two bounds on a side, the tighter one. */
  private static NumberBounds bounds(SchemaNode schema) {
    Optional<BigDecimal> min = schema.number("minimum");
    Optional<BigDecimal> above = schema.number("exclusiveMinimum");
    Optional<BigDecimal> max = schema.number("maximum");
    Optional<BigDecimal> below = schema.number("exclusiveMaximum");
    boolean isAbove = above.isPresent() && (min.isEmpty() || above.get().compareTo(min.get()) >= 0);
    boolean isBelow = below.isPresent() && (max.isEmpty() || below.get().compareTo(max.get()) <= 0);
    return new NumberBounds(
        (isAbove ? above : min).orElse(null),
        isAbove,
        (isBelow ? below : max).orElse(null),
        isBelow);
  }

  private static List<Regex> divisor(SchemaNode schema) {
    Optional<BigDecimal> given = schema.number("multipleOf");
    if (given.isEmpty()) {
      return List.of();
    }
    BigDecimal divisor = given.get().stripTrailingZeros();
    if (divisor.signum() <= 0) {
      throw schema.refuse("multipleOf", "must be greater than 0");
    }
    int scale = Math.max(divisor.scale(), 0);
    BigDecimal units = divisor.movePointRight(scale);
    if (scale > MAX_SCALE || units.compareTo(BigDecimal.valueOf(MAX_DIVISOR)) > 0) {
      throw schema.refuse(
          "multipleOf",
          "is supported up to %d and down to %d digits after the point, with a number of at most %d"
                  .formatted(MAX_DIVISOR, MAX_SCALE, MAX_DIVISOR)
              + " when the point is left out");
    }
    return List.of(Regex.multiplesOf(units.longValueExact(), scale));
  }
}
