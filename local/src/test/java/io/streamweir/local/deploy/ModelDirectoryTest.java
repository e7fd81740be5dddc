package io.streamweir.local.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.local.terminal.WeirException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDirectoryTest {

  @TempDir Path directory;

  @Test
  void shouldNameWhatIsMissing() throws Exception {
    Files.writeString(directory.resolve("config.json"), "{}");

    assertThatThrownBy(() -> new ModelDirectory(directory).check())
        .isInstanceOf(WeirException.class)
        .hasMessageContaining("tokenizer.json");
  }

  @Test
  void shouldReadTheLengthThatTheModelWasMadeFor() throws Exception {
    Files.writeString(directory.resolve("config.json"), "{\"max_position_embeddings\": 2048}");

    assertThat(new ModelDirectory(directory).maxModelLen()).isEqualTo(2048);
  }

  @Test
  void shouldAskForTheLengthWhenTheModelDoesNotSay() throws Exception {
    Files.writeString(directory.resolve("config.json"), "{}");

    assertThatThrownBy(() -> new ModelDirectory(directory).maxModelLen())
        .hasMessageContaining("--max-model-len");
  }

  @Test
  void shouldBeCalledAfterItsDirectory() {
    assertThat(new ModelDirectory(Path.of("models/support-intents/")).name())
        .isEqualTo("support-intents");
  }
}
