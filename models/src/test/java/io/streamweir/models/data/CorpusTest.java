package io.streamweir.models.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
  private static final String HEADER =
      "utterance,intent,entity_type,entity_value,start_offset,end_offset,category,tags\n";

  @TempDir private Path folder;

  private Path file(String content) throws IOException {
    return Files.writeString(folder.resolve("rows.csv"), content);
  }

  @Test
  void shouldTakeTheEntityFromTheTextWhenTheColumnSpellsItOtherwise() throws IOException {
    Corpus corpus =
        Corpus.read(
            file(
                HEADER
                    + "\"new, platinum account\",create_account,account_type,Platinum,5,13,A,B\n"
                    + "leave review,review,,,,,B,B\n"));

    assertThat(corpus.utterances().stream().map(Utterance::answer))
        .containsExactly(
            new Answer("create_account", Optional.of(new Entity("account_type", "platinum"))),
            new Answer("review", Optional.empty()));
  }

  @Test
  void shouldNameTheFileAndTheColumnsWhenAColumnIsMissing() throws IOException {
    Path file = file("utterance,label\nhello,greeting\n");

    assertThatThrownBy(() -> Corpus.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("rows.csv")
        .hasMessageContaining("entity_type");
  }

  @Test
  void shouldRefuseOffsetsOutsideOfTheText() throws IOException {
    Path file = file(HEADER + "hi,review,order_id,1,5,9,A,B\n");

    assertThatThrownBy(() -> Corpus.read(file)).hasMessageContaining("5..9");
  }

  @Test
  void shouldSplitWithoutOverlapAndAlikeForTheSameSeed() throws IOException {
    Corpus corpus = Corpus.read(Path.of("support-intents/data/dev.csv"));
    Corpus.Split split = corpus.split(100, 7);
    Set<Utterance> all = new HashSet<>(split.training().utterances());
    all.addAll(split.validation().utterances());

    assertThat(List.of(split.training().size(), split.validation().size()))
        .containsExactly(710, 100);
    assertThat(all).hasSize(810);
    assertThat(corpus.split(100, 7)).isEqualTo(split);
    assertThat(corpus.split(100, 8)).isNotEqualTo(split);
  }
}
