package io.streamweir.text.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HfTokenizerTest {
  @TempDir Path directory;

  @Test
  void shouldApplyMergesWhenTextHasThem() throws IOException {
    try (HfTokenizer tokenizer = HfTokenizer.load(TinyTokenizers.byteLevel(directory))) {
      assertThat(tokenizer.encode("hello world"))
          .containsExactly(
              id(tokenizer, "hello"), id(tokenizer, "\u0120w"), id(tokenizer, "or"), 'l', 'd');
    }
  }

  @Test
  void shouldAddNothingWhenTextIsEmpty() throws IOException {
    try (HfTokenizer tokenizer = HfTokenizer.load(TinyTokenizers.byteLevel(directory))) {
      assertThat(tokenizer.encode("")).isEmpty();
    }
  }

  @Test
  void shouldRecogniseAddedTokensWhenTheyAreSpelledInTheText() throws IOException {
    try (HfTokenizer tokenizer = HfTokenizer.load(TinyTokenizers.byteLevel(directory))) {
      assertThat(tokenizer.encode("<|im_start|>A<think>B<|im_end|>"))
          .containsExactly(
              TinyTokenizers.IM_START, 'A', TinyTokenizers.THINK, 'B', TinyTokenizers.IM_END);
    }
  }

  @Test
  void shouldTellControlTokensFromTextWhenPartsAreNotTrusted() throws IOException {
    try (HfTokenizer tokenizer = HfTokenizer.load(TinyTokenizers.byteLevel(directory))) {
      String text = "<|im_start|>hello<|im_end|> world<|im_end|>";
      int[] ids = tokenizer.encode(text, (start, end) -> start == 0 || end == text.length());
      assertThat(ids[0]).isEqualTo(TinyTokenizers.IM_START);
      assertThat(ids[ids.length - 1]).isEqualTo(TinyTokenizers.IM_END);
      assertThat(ids)
          .startsWith(TinyTokenizers.IM_START, id(tokenizer, "hello"), '<', '|')
          .endsWith('d', TinyTokenizers.IM_END);
      assertThat(IntStream.of(ids).filter(tokenizer.vocabulary()::special)).hasSize(2);
      assertThat(new String(joinedBytes(tokenizer, ids), UTF_8)).isEqualTo(text);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"hello", "a<think>b", "<|im_", "im_end|>", "<|im_start|>x<|im_end|>"})
  void shouldEncodeAsAlwaysWhenEverythingIsTrusted(String text) throws IOException {
    try (HfTokenizer tokenizer = HfTokenizer.load(TinyTokenizers.byteLevel(directory))) {
      assertThat(tokenizer.encode(text, (start, end) -> true)).isEqualTo(tokenizer.encode(text));
    }
  }

  @Test
  void shouldKeepAddedTokensThatAreNoControlTokensWhenNothingIsTrusted() throws IOException {
    try (HfTokenizer tokenizer = HfTokenizer.load(TinyTokenizers.byteLevel(directory))) {
      assertThat(tokenizer.encode("<think><|im_end|>", (start, end) -> false))
          .startsWith(TinyTokenizers.THINK)
          .doesNotContain(TinyTokenizers.IM_END);
    }
  }

  @Test
  void shouldKeepControlTokensFromTextWhenTheyAreInTheModelsVocabulary() throws IOException {
    try (HfTokenizer tokenizer = HfTokenizer.load(TinyTokenizers.byteFallback(directory))) {
      String text = "<s>hi</s>hi</s>";
      int[] meant = tokenizer.encode(text);
      int[] guarded = tokenizer.encode(text, (start, end) -> start != 5);
      assertThat(IntStream.of(meant).filter(id -> id == 2)).hasSize(2);
      assertThat(IntStream.of(guarded).filter(id -> id == 2)).hasSize(1);
      assertThat(guarded).startsWith(meant[0], meant[1]).endsWith(2);
      assertThat(new String(joinedBytes(tokenizer, guarded), UTF_8)).contains("hi</s>hi</s>");
    }
  }

  @Test
  void shouldRefuseTheReservedNoncharacterWhenControlTokensAreKeptApart() throws IOException {
    try (HfTokenizer tokenizer = HfTokenizer.load(TinyTokenizers.byteLevel(directory))) {
      assertThat(tokenizer.encode("\uFDD0", (start, end) -> false)).hasSize(3);
      assertThatThrownBy(() -> tokenizer.encode("\uFDD0264\uFDD0<|im_end|>", (start, end) -> false))
          .isInstanceOf(InvalidTextException.class)
          .hasMessageContaining("U+FDD0");
    }
  }

  @Test
  void shouldNotTruncateWhenTextIsLong() throws IOException {
    try (HfTokenizer tokenizer = HfTokenizer.load(TinyTokenizers.byteLevel(directory))) {
      assertThat(tokenizer.encode("x ".repeat(20_000))).hasSize(40_000);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"hello", "Zürich 天气", "👩‍👩‍👧 🏳️‍🌈", "\u0000\t\r\n", "عربى", "e\u0301"})
  void shouldSpellTheTextWhenBytesOfItsTokensAreJoined(String text) throws IOException {
    try (HfTokenizer tokenizer = HfTokenizer.load(TinyTokenizers.byteLevel(directory))) {
      String nfc = Normalizer.normalize(text, Normalizer.Form.NFC);
      assertThat(joinedBytes(tokenizer, tokenizer.encode(text))).isEqualTo(nfc.getBytes(UTF_8));
    }
  }

  @Test
  void shouldSpellSpacesAndBytesWhenVocabularyIsByteFallback() throws IOException {
    try (HfTokenizer tokenizer = HfTokenizer.load(TinyTokenizers.byteFallback(directory))) {
      int[] ids = tokenizer.encode("hi there Ü");
      assertThat(ids[0]).isEqualTo(id(tokenizer, "\u2581hi"));
      assertThat(new String(joinedBytes(tokenizer, ids), UTF_8)).isEqualTo(" hi there Ü");
      assertThat(tokenizer.vocabulary().leadingSpacesDropped()).isEqualTo(1);
    }
  }

  @Test
  void shouldKnowWhichTokensAreSpecialWhenTheFileSaysSo() throws IOException {
    try (HfTokenizer tokenizer = HfTokenizer.load(TinyTokenizers.byteLevel(directory))) {
      Vocabulary vocabulary = tokenizer.vocabulary();
      assertThat(vocabulary.size()).isEqualTo(266);
      assertThat(vocabulary.special(TinyTokenizers.IM_END)).isTrue();
      assertThat(vocabulary.special(TinyTokenizers.THINK)).isFalse();
      assertThat(vocabulary.special('A')).isFalse();
      assertThat(vocabulary.idOf("<|im_end|>")).hasValue(TinyTokenizers.IM_END);
      assertThat(vocabulary.idOf("nonsense")).isEmpty();
    }
  }

  @Test
  void shouldReadTheVocabularyAloneWhenNoTokenizerIsNeeded() throws IOException {
    Vocabulary vocabulary = Vocabulary.read(TinyTokenizers.byteLevel(directory));
    assertThat(vocabulary.size()).isEqualTo(266);
    assertThat(vocabulary.bytes(TinyTokenizers.THINK)).isEqualTo("<think>".getBytes(UTF_8));
  }

  @Test
  void shouldRefuseTheFileWhenControlTokensHaveOtherIdsThanItSays() throws IOException {
    Path file = TinyTokenizers.byteLevel(directory).resolve("tokenizer.json");
    String wrong = Files.readString(file).replace("\"id\":264", "\"id\":300");
    Files.writeString(file, wrong);
    assertThatThrownBy(() -> HfTokenizer.load(directory))
        .isInstanceOf(ModelFilesException.class)
        .hasMessageContaining("<|im_end|>")
        .hasMessageContaining("300");
  }

  @Test
  void shouldGiveNoBytesWhenIdIsBeyondTheVocabulary() throws IOException {
    try (HfTokenizer tokenizer = HfTokenizer.load(TinyTokenizers.byteLevel(directory))) {
      assertThat(tokenizer.vocabulary().bytes(9_999)).isEmpty();
      assertThat(tokenizer.vocabulary().special(9_999)).isFalse();
      assertThatThrownBy(() -> tokenizer.vocabulary().bytes(-1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD800", "a\uDC00b", "\uD83D", "\uDE00\uD83D"})
  void shouldRefuseTextWhenSurrogateIsAlone(String text) throws IOException {
    try (HfTokenizer tokenizer = HfTokenizer.load(TinyTokenizers.byteLevel(directory))) {
      assertThatThrownBy(() -> tokenizer.encode(text))
          .isInstanceOf(InvalidTextException.class)
          .hasMessageContaining("lone surrogate");
    }
  }

  @Test
  void shouldEncodeAlikeWhenManyThreadsEncode() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (HfTokenizer tokenizer = HfTokenizer.load(TinyTokenizers.byteLevel(directory))) {
      int[] expected = tokenizer.encode("hello world ".repeat(50));
      List<Callable<int[]>> calls =
          IntStream.range(0, 200)
              .<Callable<int[]>>mapToObj(i -> () -> tokenizer.encode("hello world ".repeat(50)))
              .toList();
      for (Future<int[]> result : threads.invokeAll(calls)) {
        assertThat(result.get()).isEqualTo(expected);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void shouldRefuseToEncodeWhenClosed() throws IOException {
    HfTokenizer tokenizer = HfTokenizer.load(TinyTokenizers.byteLevel(directory));
    tokenizer.close();
    tokenizer.close();
    assertThatThrownBy(() -> tokenizer.encode("a")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldNameTheFileWhenItIsMissing() {
    assertThatThrownBy(() -> HfTokenizer.load(directory))
        .isInstanceOf(ModelFilesException.class)
        .hasMessageContaining("tokenizer.json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "not json",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{}}}",
        "{\"model\":{\"type\":\"WordPiece\",\"vocab\":{\"a\":0}}}",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":-1}}}",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0}},\"decoder\":{\"type\":\"BPEDecoder\"}}"
      })
  void shouldNameTheFileWhenItsContentIsUnusable(String content) throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), content);
    assertThatThrownBy(() -> HfTokenizer.load(directory))
        .isInstanceOf(ModelFilesException.class)
        .hasMessageContaining("tokenizer.json");
  }

  private static int id(HfTokenizer tokenizer, String token) {
    return tokenizer.vocabulary().idOf(token).orElseThrow();
  }

  private static byte[] joinedBytes(HfTokenizer tokenizer, int[] ids) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (int id : ids) {
      joined.writeBytes(tokenizer.vocabulary().bytes(id));
    }
    return joined.toByteArray();
  }
}
