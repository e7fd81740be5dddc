package io.streamweir.text.detokenize;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.streamweir.text.tokenizer.HfTokenizer;
import io.streamweir.text.tokenizer.InvalidTextException;
import io.streamweir.text.tokenizer.TinyTokenizers;
import io.streamweir.text.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StreamDetokenizerTest {
  private static Vocabulary byteLevel;
  private static Vocabulary byteFallback;

  @BeforeAll
  static void readVocabularies(@TempDir Path first, @TempDir Path second) throws IOException {
    try (HfTokenizer tokenizer = HfTokenizer.load(TinyTokenizers.byteLevel(first))) {
      byteLevel = tokenizer.vocabulary();
    }
    try (HfTokenizer tokenizer = HfTokenizer.load(TinyTokenizers.byteFallback(second))) {
      byteFallback = tokenizer.vocabulary();
    }
  }

  @Test
  void shouldWaitForTheWholeCharacterWhenBytesComeOneByOne() {
    StreamDetokenizer detokenizer = new StreamDetokenizer(byteLevel, List.of());
    List<String> released = new ArrayList<>();
    for (byte b : "aé😀".getBytes(UTF_8)) {
      released.add(detokenizer.append(b & 0xFF));
    }
    assertThat(released).containsExactly("a", "", "é", "", "", "", "😀");
    assertThat(detokenizer.finish()).isEmpty();
  }

  @Test
  void shouldReplaceTheIncompleteCharacterWhenTheSequenceEnds() {
    StreamDetokenizer detokenizer = new StreamDetokenizer(byteLevel, List.of());
    assertThat(detokenizer.append(0xF0)).isEmpty();
    assertThat(detokenizer.append(0x9F)).isEmpty();
    assertThat(detokenizer.finish()).isEqualTo("\uFFFD");
  }

  @Test
  void shouldKeepTheCharacterWholeWhenSpecialTokenComesBetweenItsBytes() {
    StreamDetokenizer detokenizer = new StreamDetokenizer(byteLevel, List.of());
    assertThat(detokenizer.append(0xC3)).isEmpty();
    assertThat(detokenizer.append(TinyTokenizers.IM_END)).isEmpty();
    assertThat(detokenizer.append(0xA9)).isEqualTo("é");
  }

  @Test
  void shouldSayAddedTokensWhenTheyAreNotSpecial() {
    StreamDetokenizer detokenizer = new StreamDetokenizer(byteLevel, List.of());
    assertThat(detokenizer.append(TinyTokenizers.THINK)).isEqualTo("<think>");
  }

  @Test
  void shouldSpellControlTokensWhenTheyAreMarkers() {
    StreamDetokenizer detokenizer =
        new StreamDetokenizer(byteLevel, List.of(), List.of("<|im_start|>", "<|no token|>"));
    assertThat(detokenizer.append(TinyTokenizers.IM_START)).isEqualTo("<|im_start|>");
    assertThat(detokenizer.append(TinyTokenizers.IM_END)).isEmpty();
    assertThat(detokenizer.append('a')).isEqualTo("a");
  }

  @Test
  void shouldSayNothingWhenIdHasNoToken() {
    StreamDetokenizer detokenizer = new StreamDetokenizer(byteLevel, List.of());
    assertThat(detokenizer.append(50_000)).isEmpty();
  }

  @Test
  void shouldDropOneLeadingSpaceWhenVocabularyPrependsIt() {
    StreamDetokenizer detokenizer = new StreamDetokenizer(byteFallback, List.of());
    int hi = byteFallback.idOf("\u2581hi").orElseThrow();
    assertThat(detokenizer.append(hi)).isEqualTo("hi");
    assertThat(detokenizer.append(hi)).isEqualTo(" hi");
  }

  @Test
  void shouldDropTheSpaceOnlyAtTheStartWhenTextStartsWithoutIt() {
    StreamDetokenizer detokenizer = new StreamDetokenizer(byteFallback, List.of());
    assertThat(detokenizer.append(byteFallback.idOf("a").orElseThrow())).isEqualTo("a");
    assertThat(detokenizer.append(byteFallback.idOf("\u2581hi").orElseThrow())).isEqualTo(" hi");
  }

  @Test
  void shouldHoldBackOnlyWhatMayBecomeAStopStringWhenTextComes() {
    StreamDetokenizer detokenizer = new StreamDetokenizer(byteLevel, List.of("END"));
    assertThat(detokenizer.append('x')).isEqualTo("x");
    assertThat(detokenizer.append('E')).isEmpty();
    assertThat(detokenizer.append('E')).isEqualTo("E");
    assertThat(detokenizer.append('N')).isEmpty();
    assertThat(detokenizer.append('!')).isEqualTo("EN!");
    assertThat(detokenizer.stopped()).isFalse();
  }

  @Test
  void shouldReleaseNothingMoreWhenStopStringWasSeen() {
    StreamDetokenizer detokenizer = new StreamDetokenizer(byteLevel, List.of("END"));
    assertThat(release(detokenizer, "abEND")).isEqualTo("ab");
    assertThat(detokenizer.stopped()).isTrue();
    assertThat(detokenizer.append('z')).isEmpty();
    assertThat(detokenizer.finish()).isEmpty();
  }

  @Test
  void shouldReleaseWhatWasHeldBackWhenTheSequenceEndsBeforeTheStopString() {
    StreamDetokenizer detokenizer = new StreamDetokenizer(byteLevel, List.of("END"));
    assertThat(release(detokenizer, "abEN")).isEqualTo("ab");
    assertThat(detokenizer.finish()).isEqualTo("EN");
    assertThat(detokenizer.stopped()).isFalse();
  }

  @Test
  void shouldStopInsideATokenWhenItCompletesTheStopString() {
    StreamDetokenizer detokenizer = new StreamDetokenizer(byteLevel, List.of("hel"));
    assertThat(detokenizer.append('a')).isEqualTo("a");
    assertThat(detokenizer.append(byteLevel.idOf("hello").orElseThrow())).isEmpty();
    assertThat(detokenizer.stopped()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"abcd,bc,xabcd,xa", "bcd,abcd,xabcd,x", "aab,zz,aaab,a", "abab,zz,ababab,''"})
  void shouldTakeTheStopStringThatIsCompleteFirstWhenSeveralMatch(
      String first, String second, String text, String expected) {
    StreamDetokenizer detokenizer = new StreamDetokenizer(byteLevel, List.of(first, second));
    assertThat(release(detokenizer, text)).isEqualTo(expected);
    assertThat(detokenizer.stopped()).isTrue();
  }

  @Test
  void shouldRefuseStopStringsWhenTheyAreEmptyOrBroken() {
    assertThatThrownBy(() -> new StreamDetokenizer(byteLevel, List.of("")))
        .isInstanceOf(InvalidTextException.class);
    assertThatThrownBy(() -> new StreamDetokenizer(byteLevel, List.of("\uD800")))
        .isInstanceOf(InvalidTextException.class);
  }

  @Test
  void shouldEqualWholeDecodingWhenBytesAreRandom(@TempDir Path directory) throws IOException {
    Random random = new Random(7);
    try (HuggingFaceTokenizer library = library(TinyTokenizers.byteLevel(directory))) {
      int[] starts = {0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xC1, 0x41};
      int[] ends = {0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0x20};
      for (int round = 0; round < 5_000; round++) {
        int[] bytes =
            random
                .ints(random.nextInt(40), 0, 3)
                .map(kind -> kind == 0 ? pick(random, starts) : pick(random, ends))
                .toArray();
        assertThat(streamed(bytes, List.of())).isEqualTo(decoded(library, bytes));
      }
    }
  }

  @Test
  void shouldEqualJavasDecodingWhenBytesAreValid() {
    String text =
        "hello w\u00f6rld \u5929\u6c14 \uD83D\uDE00 \u0000\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff";
    String edges = text + Character.toString(0x10000) + Character.toString(0x10FFFF);
    int[] bytes = new String(edges.getBytes(UTF_8), ISO_8859_1).chars().toArray();
    assertThat(streamed(bytes, List.of())).isEqualTo(edges);
  }

  @Test
  void shouldEqualTheLibrarysDecodingWhenVocabularyIsByteLevel(@TempDir Path directory)
      throws IOException {
    Random random = new Random(17);
    try (HuggingFaceTokenizer library = library(TinyTokenizers.byteLevel(directory))) {
      for (int round = 0; round < 1_000; round++) {
        int[] tokens = randomTokens(random);
        assertThat(streamed(tokens, List.of())).isEqualTo(decoded(library, tokens));
      }
    }
  }

  @Test
  void shouldEqualTheLibrarysDecodingWhenVocabularyIsByteFallback(@TempDir Path directory)
      throws IOException {
    Random random = new Random(19);
    String[] words = {"hi", " ", "  ", "there", "Ü", "天", "😀", "\n", "<s>", "Z"};
    TinyTokenizers.byteFallback(directory);
    try (HfTokenizer tokenizer = HfTokenizer.load(directory);
        HuggingFaceTokenizer library = library(directory)) {
      for (int round = 0; round < 1_000; round++) {
        StringBuilder text = new StringBuilder();
        random.ints(random.nextInt(12), 0, words.length).forEach(i -> text.append(words[i]));
        int[] tokens = tokenizer.encode(text.toString());
        StreamDetokenizer detokenizer = new StreamDetokenizer(byteFallback, List.of());
        StringBuilder streamed = new StringBuilder();
        IntStream.of(tokens).forEach(token -> streamed.append(detokenizer.append(token)));
        assertThat(streamed + detokenizer.finish()).isEqualTo(decoded(library, tokens));
      }
    }
  }

  @Test
  void shouldCutWholeDecodingAtTheStopStringWhenTokensAreRandom() {
    Random random = new Random(11);
    int stopped = 0;
    for (int round = 0; round < 3_000; round++) {
      int[] tokens = randomTokens(random);
      String whole = streamed(tokens, List.of());
      List<String> stops = List.of(randomStop(random, whole), randomStop(random, whole), "lo w");
      String expected = cut(whole, stops);
      assertThat(streamed(tokens, stops)).isEqualTo(expected);
      stopped += expected.equals(whole) ? 0 : 1;
    }
    assertThat(stopped).isBetween(300, 2_990);
  }

  @Test
  void shouldReleaseTheSameAtTheSamePlacesWhenReplayed() {
    Random random = new Random(13);
    for (int round = 0; round < 300; round++) {
      int[] tokens = randomTokens(random);
      List<String> stops = List.of(randomStop(random, streamed(tokens, List.of())));
      assertThat(releases(tokens, stops)).isEqualTo(releases(tokens, stops));
    }
  }

  private static HuggingFaceTokenizer library(Path directory) throws IOException {
    return HuggingFaceTokenizer.newInstance(directory.resolve("tokenizer.json"), Map.of());
  }

  private static String decoded(HuggingFaceTokenizer library, int[] tokens) {
    return library.decode(IntStream.of(tokens).asLongStream().toArray(), true);
  }

  private static int[] randomTokens(Random random) {
    byte[] valid = "hello wörld 天气 😀 hello".getBytes(UTF_8);
    return random
        .ints(random.nextInt(60), 0, 10)
        .map(
            kind -> {
              if (kind == 0) {
                return random.nextInt(256);
              }
              return kind == 1
                  ? 256 + random.nextInt(10)
                  : valid[random.nextInt(valid.length)] & 255;
            })
        .toArray();
  }

  private static String randomStop(Random random, String text) {
    if (text.length() < 4) {
      return "never";
    }
    int start = text.offsetByCodePoints(0, random.nextInt(text.codePointCount(0, text.length())));
    int end = start;
    for (int i = random.nextInt(3); i >= 0 && end < text.length(); i--) {
      end = text.offsetByCodePoints(end, 1);
    }
    return text.substring(start, end) + (random.nextInt(4) == 0 ? "" : "l");
  }

  /** The definition, naively: before the stop string that ends first. */
  private static String cut(String whole, List<String> stops) {
    for (int end = 1; end <= whole.length(); end++) {
      String prefix = whole.substring(0, end);
      int longest =
          stops.stream().filter(prefix::endsWith).mapToInt(String::length).max().orElse(0);
      if (longest > 0) {
        return prefix.substring(0, end - longest);
      }
    }
    return whole;
  }

  private static int pick(Random random, int[] values) {
    return values[random.nextInt(values.length)];
  }

  private static String streamed(int[] tokens, List<String> stops) {
    return String.join("", releases(tokens, stops));
  }

  private static List<String> releases(int[] tokens, List<String> stops) {
    StreamDetokenizer detokenizer = new StreamDetokenizer(byteLevel, stops);
    List<String> released = new ArrayList<>();
    for (int token : tokens) {
      released.add(detokenizer.append(token));
    }
    released.add(detokenizer.finish());
    return released;
  }

  private static String release(StreamDetokenizer detokenizer, String ascii) {
    StringBuilder released = new StringBuilder();
    ascii.chars().forEach(c -> released.append(detokenizer.append(c)));
    return released.toString();
  }
}
