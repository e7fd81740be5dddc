package io.streamweir.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.text.tokenizer.TinyTokenizers;
import io.streamweir.text.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForcedTokensTest {
  @Test
  void shouldForceATokenWhenOnlyOneIsAllowed(@TempDir Path directory) throws IOException {
    Vocabulary vocabulary = Vocabulary.read(TinyTokenizers.byteLevel(directory));
    Constraint constraint =
        new ConstraintCompiler(vocabulary, Set.of(TinyTokenizers.IM_END))
            .compile(new OutputFormat.Choice(List.of("abc", "abd")));
    ConstraintState state = constraint.start();
    assertThat(state.onlyToken()).hasValue('a');
    state.accept('a');
    assertThat(state.onlyToken()).hasValue('b');
    state.accept('b');
    assertThat(state.onlyToken()).isEmpty();
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
