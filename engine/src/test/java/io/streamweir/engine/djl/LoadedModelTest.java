package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.reference.ByteTokenizer;
import io.streamweir.engine.reference.RandomCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadedModelTest {
  @TempDir Path directory;

  @Test
  void shouldEndAtTheTokenOfTheTokenizerToo() throws IOException {
    RandomCheckpoint checkpoint = RandomCheckpoint.qwen2(1);
    checkpoint.config().put("eos_token_id", 5);
    checkpoint.write(directory);
    assertThat(endTokens()).containsExactly(5);
    Files.writeString(directory.resolve("tokenizer_config.json"), "{\"eos_token\": \"<|end|>\"}");
    assertThat(endTokens()).containsExactly(5, ByteTokenizer.END);
    checkpoint.config().putNull("eos_token_id");
    checkpoint.write(directory);
    assertThat(endTokens()).containsExactly(ByteTokenizer.END);
  }

  private Set<Integer> endTokens() {
    try (LoadedModel model = LoadedModel.read(directory, MatrixForm.FLOAT32)) {
      return model.endTokenIds();
    }
  }
}
