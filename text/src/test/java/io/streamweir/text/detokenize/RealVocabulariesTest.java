package io.streamweir.text.detokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.streamweir.text.tokenizer.Vocabulary;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Vocabularies of real models, which are too large for the repository: {@code
 * -Dstreamweir.tokenizers=DIRECTORY:DIRECTORY}, each with a tokenizer.json.
 */
class RealVocabulariesTest {
  private static final int SEQUENCES = 10_000;

  @Test
  void shouldEqualWholeDecodingWhenTokensAreRandom() throws IOException {
    String directories = System.getProperty("streamweir.tokenizers", "");
    assumeTrue(!directories.isEmpty(), "No -Dstreamweir.tokenizers is given.");
    for (String directory : directories.split(File.pathSeparator)) {
      check(Path.of(directory));
    }
  }

  private static void check(Path directory) throws IOException {
    Vocabulary vocabulary = Vocabulary.read(directory);
    Random random = new Random(23);
    Path file = directory.resolve("tokenizer.json");
    try (HuggingFaceTokenizer library = HuggingFaceTokenizer.newInstance(file, Map.of())) {
      for (int sequence = 0; sequence < SEQUENCES; sequence++) {
        int[] tokens = random.ints(1 + random.nextInt(64), 0, vocabulary.size()).toArray();
        StreamDetokenizer detokenizer = new StreamDetokenizer(vocabulary, List.of());
        StringBuilder streamed = new StringBuilder();
        IntStream.of(tokens).forEach(token -> streamed.append(detokenizer.append(token)));
        streamed.append(detokenizer.finish());
        String whole = library.decode(IntStream.of(tokens).asLongStream().toArray(), true);
        assertThat(streamed.toString()).as("sequence %d of %s", sequence, file).isEqualTo(whole);
      }
    }
  }
}
