package io.streamweir.text.detokenize;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.streamweir.text.Fuzz;
import io.streamweir.text.tokenizer.TinyTokenizers;
import io.streamweir.text.tokenizer.Vocabulary;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random token sequences, streamed and decoded as a whole by the tokenizer library. Longer with
 * {@link Fuzz}'s properties.
 */
class DetokenizerFuzzTest {
  private static final int SEQUENCES = 10_000;

  /** Where the bytes and the words begin in the byte-fallback vocabulary of the tests. */
  private static final int FIRST_BYTE = 3;

  private static final int FIRST_WORD = FIRST_BYTE + 256;

  /** A vocabulary of this repository: the byte-level one of the model of the demonstration. */
  private static final Path SHIPPED = Path.of("..", "models", "support-intents");

  @TempDir Path directory;
  @TempDir Path other;

  @Test
  void shouldEqualWholeDecodingWhenTheVocabularyIsByteLevel() throws IOException {
    Vocabulary vocabulary = Vocabulary.read(SHIPPED);
    try (HuggingFaceTokenizer library = library(SHIPPED)) {
      Fuzz fuzz = Fuzz.of("byte-level token sequences", SEQUENCES);
      while (fuzz.goesOn()) {
        int[] tokens = tokens(fuzz.random(), vocabulary.size());
        assertThat(streamed(vocabulary, tokens))
            .as("seed %d", fuzz.seed())
            .isEqualTo(whole(library, tokens));
      }
    }
  }

  /**
   * The library makes one U+FFFD of each byte of a run that is not valid as a whole, the valid
   * characters in it included, and so cannot say anything before the run is over. Here the bytes
   * count, as for byte-level vocabularies; where all runs are valid, both agree.
   */
  @Test
  void shouldEqualWholeDecodingWhenTheVocabularyIsByteFallback() throws IOException {
    Vocabulary vocabulary = Vocabulary.read(TinyTokenizers.byteFallback(directory));
    Path byteLevel = TinyTokenizers.byteLevel(other);
    int agreed = 0;
    try (HuggingFaceTokenizer library = library(directory);
        HuggingFaceTokenizer bytes = library(byteLevel)) {
      Fuzz fuzz = Fuzz.of("byte-fallback token sequences", SEQUENCES);
      while (fuzz.goesOn()) {
        int[] tokens = fallbackTokens(fuzz.random(), vocabulary);
        String streamed = streamed(vocabulary, tokens);
        String expected = whole(bytes, joinedBytes(vocabulary, tokens)).replaceFirst("^ ", "");
        assertThat(streamed).as("seed %d", fuzz.seed()).isEqualTo(expected);
        if (streamed.indexOf('\uFFFD') < 0) {
          assertThat(streamed).as("seed %d", fuzz.seed()).isEqualTo(whole(library, tokens));
          agreed++;
        }
      }
    }
    assertThat(agreed).isGreaterThan(SEQUENCES / 4);
  }

  private static int[] tokens(Random random, int size) {
    return random.ints(random.nextInt(64), 0, size).toArray();
  }

  /** Words, characters as bytes and, in every other sequence, stray bytes. */
  private static int[] fallbackTokens(Random random, Vocabulary vocabulary) {
    String[] characters = {"\n", "é", "天", "😀", "\u0000", "\uFFFF", " "};
    boolean stray = random.nextBoolean();
    IntStream.Builder tokens = IntStream.builder();
    for (int i = random.nextInt(24); i > 0; i--) {
      int kind = random.nextInt(stray ? 4 : 3);
      if (kind == 0) {
        String character = characters[random.nextInt(characters.length)];
        for (byte b : character.getBytes(UTF_8)) {
          tokens.add(FIRST_BYTE + (b & 0xFF));
        }
      } else if (kind == 3) {
        tokens.add(FIRST_BYTE + random.nextInt(256));
      } else {
        tokens.add(FIRST_WORD + random.nextInt(vocabulary.size() - FIRST_WORD));
      }
    }
    return tokens.build().toArray();
  }

  /** In the byte-level vocabulary of the tests the id of a byte is the byte. */
  private static int[] joinedBytes(Vocabulary vocabulary, int[] tokens) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    IntStream.of(tokens).forEach(token -> joined.writeBytes(vocabulary.bytes(token)));
    byte[] bytes = joined.toByteArray();
    return IntStream.range(0, bytes.length).map(i -> bytes[i] & 0xFF).toArray();
  }

  private static String streamed(Vocabulary vocabulary, int[] tokens) {
    StreamDetokenizer detokenizer = new StreamDetokenizer(vocabulary, List.of());
    StringBuilder text = new StringBuilder();
    IntStream.of(tokens).forEach(token -> text.append(detokenizer.append(token)));
    return text.append(detokenizer.finish()).toString();
  }

  private static HuggingFaceTokenizer library(Path directory) throws IOException {
    return HuggingFaceTokenizer.newInstance(directory.resolve("tokenizer.json"), Map.of());
  }

  private static String whole(HuggingFaceTokenizer library, int[] tokens) {
    return library.decode(IntStream.of(tokens).asLongStream().toArray(), true);
  }
}
