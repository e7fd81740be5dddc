package io.streamweir.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.streamweir.models.data.ChatPrompt;
import io.streamweir.models.data.Corpus;
import io.streamweir.models.data.Utterance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The committed tokenizer, read by the Hugging Face library and by ours. */
class TokenizerJsonTest {
  private static final Path FILE = Path.of("support-intents/tokenizer.json");

  private static BpeTokenizer ours;
  private static HuggingFaceTokenizer theirs;

  @BeforeAll
  static void load() throws IOException {
    ours = TokenizerJson.read(FILE);
    theirs =
        HuggingFaceTokenizer.builder()
            .optTokenizerPath(FILE)
            .optAddSpecialTokens(false)
            .optTruncation(false)
            .optPadding(false)
            .build();
  }

  @AfterAll
  static void close() {
    theirs.close();
  }

  private static void assertSame(String text) {
    List<Integer> ids = ours.encode(text);
    long[] expected = theirs.encode(text).getIds();
    assertThat(ids.stream().mapToLong(Integer::longValue).toArray()).as(text).isEqualTo(expected);
    assertThat(theirs.decode(expected, true)).as(text).isEqualTo(ours.decode(ids));
  }

  @Test
  void shouldEncodeAndDecodeAsHuggingFaceDoesWhenGivenPromptsAndAnswers() throws IOException {
    List<Utterance> utterances = Corpus.read(Path.of("support-intents/data/dev.csv")).utterances();
    assertThat(utterances).hasSize(810);
    for (Utterance utterance : utterances) {
      assertSame(ChatPrompt.of(utterance.text()) + utterance.answer().toJson() + ChatPrompt.END);
    }
  }

  @Test
  void shouldEncodeAndDecodeAsHuggingFaceDoesWhenTextIsUnlikeTheCorpus() {
    for (String text :
        List.of(
            "",
            " ",
            "\n\n\tx \r\n",
            "O'Brien's _private_ snake_case ''' 'tis",
            "{\"a\":\"b\",\"c\":\"#1\"} {{\"\"}}",
            "naïve Ωmega Ǆ ß 東京 ١٢٣ e\u0301 \u00a0\u2028 👩‍🚀",
            "<|im_start|><|im_end|><|endoftext|>< |im_end|>")) {
      assertSame(text);
    }
  }

  @Test
  void shouldReadBackTheSameTokenizer(@TempDir Path folder) throws IOException {
    TokenizerJson.write(ours, folder.resolve("tokenizer.json"));
    BpeTokenizer read = TokenizerJson.read(folder.resolve("tokenizer.json"));

    assertThat(read.vocabulary()).isEqualTo(ours.vocabulary());
    assertThat(read.merges()).isEqualTo(ours.merges());
    assertThat(Arrays.asList(read.size(), read.id(ChatPrompt.END)))
        .containsExactly(ours.size(), ours.size() - 1);
  }
}
