package io.streamweir.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.streamweir.text.Fuzz;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Random formats: whatever is not refused must be followed to an end, and what comes out must fit.
 * Longer with {@link Fuzz}'s properties.
 */
class ConstraintFuzzTest {
  private static final int FORMATS = 400;

  /** The validator recurses. */
  private static final int DEEPEST_FOR_VALIDATING = 100;

  /** The matcher of the JDK, which recurses, overflows its stack on longer texts. */
  private static final int LONGEST_FOR_BACKTRACKING = 300;

  /** Of numbers that the parser of the JDK cannot hold, or computes with for minutes. */
  private static final Pattern HUGE_EXPONENT = Pattern.compile("[eE][+-]?0*[1-9]\\d{4}");

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  @Test
  void shouldWriteValidJsonWhenWalkingSchemasAtRandom() throws JsonProcessingException {
    ConstraintCompiler compiler = Tokens.compiler();
    int walked = 0;
    Fuzz fuzz = Fuzz.of("schemas", FORMATS);
    while (fuzz.goesOn()) {
      Random random = fuzz.random();
      JsonNode schema = new RandomSchemas(random).next();
      Constraint constraint;
      try {
        constraint =
            compiler.compile(new OutputFormat.JsonSchema(schema.toString(), Whitespace.FLEXIBLE));
      } catch (ConstraintException e) {
        assertThat(e.place()).startsWith("#");
        continue;
      }
      for (int i = 0; i < 3; i++) {
        String text = walk(constraint, random, "seed %d, %s".formatted(fuzz.seed(), schema));
        if (text == null
            || depth(text) > DEEPEST_FOR_VALIDATING
            || HUGE_EXPONENT.matcher(text).find()) {
          continue;
        }
        JsonNode value = JSON.readTree(text);
        assertThat(new Validator(schema).isValid(value))
            .as("seed %d, %s against %s", fuzz.seed(), text, schema)
            .isTrue();
        walked++;
      }
    }
    assertThat(walked).isGreaterThan(FORMATS);
  }

  /** Brackets that are open at a place, those within strings counted, too. */
  private static int depth(String text) {
    int depth = 0;
    int most = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
      most = Math.max(most, depth);
    }
    return most;
  }

  /** Null if chance leads to no end, or deeper than answers may be nested. */
  private static String walk(Constraint constraint, Random random, String what) {
    try {
      return Tokens.randomWalk(constraint, random, 30).orElse(null);
    } catch (ConstraintException e) {
      int token = Integer.parseInt(e.place().replaceAll("\\D", ""));
      assertThat(e.reason()).as(what).contains("nested deeper than is followed");
      assertThat(token).as(what).isGreaterThan(100);
      return null;
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(what, e);
    }
  }

  @Test
  void shouldMatchThePatternWhenWalkingPatternsAtRandom() {
    ConstraintCompiler compiler = Tokens.compiler();
    int walked = 0;
    Fuzz fuzz = Fuzz.of("patterns", FORMATS);
    while (fuzz.goesOn()) {
      Random random = fuzz.random();
      String pattern = pattern(random, 4);
      Optional<String> text;
      try {
        Constraint constraint = compiler.compile(new OutputFormat.RegularExpression(pattern));
        text = Tokens.randomWalk(constraint, random, 40);
      } catch (ConstraintException e) {
        assertThat(e.keyword()).isEqualTo("regex");
        continue;
      }
      if (text.filter(t -> t.length() < LONGEST_FOR_BACKTRACKING).isPresent()) {
        assertThat(text.get()).as("seed %d", fuzz.seed()).matches(Pattern.compile(pattern));
        walked++;
      }
    }
    assertThat(walked).isGreaterThan(FORMATS / 2);
  }

  private static String pattern(Random random, int depth) {
    return switch (random.nextInt(depth > 0 ? 10 : 4)) {
      case 0 -> "[a-dx]";
      case 1 -> "\\d";
      case 2 -> "\u00e9b";
      case 3 -> "[^\\n]";
      case 4 -> "(?:" + pattern(random, depth - 1) + "|" + pattern(random, depth - 1) + ")";
      case 5 -> "(" + pattern(random, depth - 1) + "){" + random.nextInt(3) + ",4}";
      case 6 -> "(" + pattern(random, depth - 1) + ")?";
      case 7 -> "(?:" + pattern(random, depth - 1) + ")+";
      default -> pattern(random, depth - 1) + pattern(random, depth - 1);
    };
  }

  @Test
  void shouldRefuseOrFollowWhenFormatsAreGarbage() {
    ConstraintCompiler compiler = Tokens.compiler();
    String pieces = "()[]{}|*+?.^$\\-,:=\"#\n 019abduxpL\u00e9";
    Fuzz fuzz = Fuzz.of("formats of garbage", FORMATS);
    while (fuzz.goesOn()) {
      Random random = fuzz.random();
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "root ::= " : "");
      for (int i = random.nextInt(30); i > 0; i--) {
        text.append(pieces.charAt(random.nextInt(pieces.length())));
      }
      follow(compiler, new OutputFormat.RegularExpression(text.toString()));
      follow(compiler, new OutputFormat.Gbnf(text.toString()));
      follow(compiler, new OutputFormat.JsonSchema(text.toString(), Whitespace.COMPACT));
    }
  }

  private static void follow(ConstraintCompiler compiler, OutputFormat format) {
    try {
      Tokens.mask(compiler.compile(format).start());
    } catch (ConstraintException e) {
      assertThat(e.getMessage()).startsWith("Output format, ");
    }
  }
}
