package io.streamweir.text.grammar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.text.tokenizer.HfTokenizer;
import io.streamweir.text.tokenizer.TinyTokenizers;
import io.streamweir.text.tokenizer.Vocabulary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForcedTokensTest {
  private static final String SCHEMA =
      "{\"type\":\"object\",\"properties\":{\"intent\":{\"enum\":[\"refund\",\"other\"]},"
          + "\"priority\":{\"type\":\"integer\"}},\"required\":[\"intent\",\"priority\"],"
          + "\"additionalProperties\":false}";

  @Test
  void shouldForceWhatTheTokenizerMakesOfTheOnlyPossibleText() {
    try (HfTokenizer tokenizer = HfTokenizer.load(Tokens.modelDirectory())) {
      ConstraintCompiler compiler =
          new ConstraintCompiler(Tokens.VOCABULARY, Set.of(Tokens.END), tokenizer::encode);
      Constraint constraint =
          compiler.compile(new OutputFormat.JsonSchema(SCHEMA, Whitespace.SPACED));
      ConstraintState state = constraint.start();
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      int steps = 0;
      int forced = 0;
      int[] answer = tokenizer.encode("{\"intent\": \"refund\", \"priority\": 3}");
      int[] made = new int[answer.length];
      int count = 0;
      while (count < answer.length) {
        int[] next = state.forcedTokens();
        for (int token : next) {
          assertThat(Tokens.allowed(Tokens.mask(state), token)).isTrue();
          assertThat(state.accept(token)).isTrue();
          text.writeBytes(Tokens.VOCABULARY.bytes(token));
          made[count++] = token;
          forced++;
        }
        if (next.length == 0) {
          assertThat(state.accept(answer[count])).isTrue();
          text.writeBytes(Tokens.VOCABULARY.bytes(answer[count]));
          made[count] = answer[count++];
          steps++;
        }
      }
      assertThat(text.toString(UTF_8)).isEqualTo("{\"intent\": \"refund\", \"priority\": 3}");
      assertThat(made).isEqualTo(answer);
      assertThat(forced).isGreaterThan(steps);
      assertThat(state.isFinished()).isTrue();
      assertThat(state.forcedTokens()).isEmpty();
    }
  }

  @Test
  void shouldForceASingleTokenWithoutTokenizerWhenOnlyOneIsAllowed(@TempDir Path directory)
      throws IOException {
    Vocabulary vocabulary = Vocabulary.read(TinyTokenizers.byteLevel(directory));
    Constraint constraint =
        new ConstraintCompiler(vocabulary, Set.of(TinyTokenizers.IM_END))
            .compile(new OutputFormat.Choice(List.of("abc", "abd")));
    ConstraintState state = constraint.start();
    assertThat(state.forcedTokens()).containsExactly('a');
    state.accept('a');
    assertThat(state.forcedTokens()).containsExactly('b');
    state.accept('b');
    assertThat(state.forcedTokens()).isEmpty();
  }

  @Test
  void shouldLeaveTheLastTokenToTheModelWhenALongerOneCouldTakeItsPlace(@TempDir Path directory)
      throws IOException {
    Path model = TinyTokenizers.byteLevel(directory);
    try (HfTokenizer tokenizer = HfTokenizer.load(model)) {
      Constraint constraint =
          new ConstraintCompiler(
                  tokenizer.vocabulary(), Set.of(TinyTokenizers.IM_END), tokenizer::encode)
              .compile(new OutputFormat.Choice(List.of("xhe", "xhell", "xhek")));
      // After "x" comes "he", which might be the beginning of "hell" or "hello".
      assertThat(constraint.start().forcedTokens()).containsExactly('x');
    }
  }

  @Test
  void shouldIgnoreASpaceAtTheStartWhenTheVocabularyDropsIt(@TempDir Path directory)
      throws IOException {
    Vocabulary vocabulary = Vocabulary.read(TinyTokenizers.byteFallback(directory));
    assertThat(vocabulary.leadingSpacesDropped()).isEqualTo(1);
    Constraint constraint =
        new ConstraintCompiler(vocabulary, Set.of(2))
            .compile(new OutputFormat.Choice(List.of("a b")));
    ByteTokens bytes = new ByteTokens(vocabulary);
    for (String text : List.of("a b", " a b")) {
      ConstraintState state = constraint.start();
      for (int token : bytes.of(text)) {
        assertThat(state.accept(token)).as(text).isTrue();
      }
      assertThat(state.isFinished()).as(text).isTrue();
    }
    ConstraintState twice = constraint.start();
    assertThat(twice.accept(bytes.of(" ")[0])).isTrue();
    assertThat(twice.accept(bytes.of(" ")[0])).isFalse();
  }
}
