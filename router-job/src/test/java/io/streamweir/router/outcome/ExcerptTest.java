package io.streamweir.router.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExcerptTest {

  @Test
  void shouldQuoteWhenValueIsShort() {
    assertThat(Excerpt.of("größe \uD83D\uDE00")).isEqualTo("'größe \uD83D\uDE00'");
  }

  @Test
  void shouldEscapeWhenCharacterWouldBreakTheLine() {
    assertThat(Excerpt.of("a\nb\u0000\u009b")).isEqualTo("'a\\u000ab\\u0000\\u009b'");
    assertThat(Excerpt.of("x\uD800")).isEqualTo("'x\\ud800'");
  }

  @Test
  void shouldCutBetweenCharactersWhenValueIsLong() {
    assertThat(Excerpt.of("\uD83D\uDE00".repeat(100)))
        .isEqualTo("'" + "\uD83D\uDE00".repeat(64) + "'... (100 characters)");
  }
}
