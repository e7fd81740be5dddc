package io.streamweir.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Formats that are not JSON: choices, patterns, grammars. */
class TextFormatsTest {

  @Test
  void shouldReachEachChoiceAndNothingElse() {
    Constraint constraint =
        Tokens.compiler().compile(new OutputFormat.Choice(List.of("yes", "no", "nope", "é")));
    for (String text : List.of("yes", "no", "nope", "é")) {
      assertThat(Tokens.reaches(constraint, text)).as(text).isTrue();
    }
    for (String text : List.of("", "y", "nop", "yes ", "e")) {
      assertThat(Tokens.reaches(constraint, text)).as(text).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a{2}(b|c)?, aac, aabc",
    "(a+)+b, aaaaab, aaaaa",
    "'[^a-y]+', zZé, xyz",
    "'(?:\\d{3}-)*\\w', 123-456-x, 123-4-x",
    "'\\x41\\u00e9\\u{1F600}\\ud83d\\ude00', Aé😀😀, Aé😀",
    "'[\\]\\-a-c]+', a]-b, d",
    "'(?<year>[0-9]{4})-\\p{L}', 2024-ß, 2024-1",
    "'^a$|^b', a, ab",
    "'a{,3}', 'a{,3}', aaa",
    "'x*?y+?', xxyy, xx",
    "'.', é, ''"
  })
  void shouldMatchTheWholeTextWhenFormatIsPattern(String pattern, String match, String none) {
    Constraint constraint = Tokens.compiler().compile(new OutputFormat.RegularExpression(pattern));
    assertThat(Tokens.reaches(constraint, match)).as(match).isTrue();
    assertThat(Tokens.reaches(constraint, none)).as(none).isFalse();
  }

  @Test
  void shouldFollowTheRulesWhenFormatIsGrammar() {
    Constraint constraint =
        Tokens.compiler()
            .compile(
                new OutputFormat.Gbnf(
                    """
                    # sums with brackets
                    root ::= sum "\\n"
                    sum  ::= term (
                      [-+] term   # either sign
                    )*
                    term ::= number |
                             "(" sum ")"
                    number ::= [1-9] [0-9]{0,2} ("." [0-9]+)?
                    """));
    for (String text : List.of("1\n", "1+2-300\n", "(1+(2-3.25))-4\n")) {
      assertThat(Tokens.reaches(constraint, text)).as(text).isTrue();
    }
    for (String text : List.of("1", "01\n", "1+\n", "(1\n", "1)\n", "1000\n")) {
      assertThat(Tokens.reaches(constraint, text)).as(text).isFalse();
    }
  }

  @Test
  void shouldFollowAllReadingsWhenGrammarIsAmbiguous() {
    Constraint constraint =
        Tokens.compiler()
            .compile(
                new OutputFormat.Gbnf(
                    "root ::= \"a\" root \"b\" | \"a\" root \"c\" | \"a\"? \"d\""));
    String deep = "a".repeat(30) + "d" + "bc".repeat(15);
    assertThat(Tokens.reaches(constraint, deep)).isTrue();
    assertThat(Tokens.reaches(constraint, "a".repeat(30) + "d" + "bc".repeat(14) + "b")).isTrue();
    assertThat(Tokens.reaches(constraint, deep + "b")).isFalse();
    assertThat(Tokens.reaches(constraint, "a".repeat(30) + "d" + "bc".repeat(14))).isFalse();
  }

  @Test
  void shouldFollowNestedEmptyRepetitionsWhenGrammarHasThem() {
    Constraint constraint =
        Tokens.compiler()
            .compile(
                new OutputFormat.Gbnf(
                    "root ::= (pair*)* \".\"\npair ::= \"(\" pair* \")\" | empty\nempty ::= \"\""));
    assertThat(Tokens.reaches(constraint, "(()())().")).isTrue();
    assertThat(Tokens.reaches(constraint, ".")).isTrue();
    assertThat(Tokens.reaches(constraint, "(.")).isFalse();
  }
}
