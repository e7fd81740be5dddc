package io.streamweir.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.reference.RandomCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelConfigTest {
  @TempDir Path directory;

  private ModelConfig read(RandomCheckpoint checkpoint) {
    return ModelConfig.read(checkpoint.write(directory));
  }

  @Test
  void shouldReadTheShape() {
    ModelConfig config = read(RandomCheckpoint.qwen2(1));
    assertThat(config.architecture()).isEqualTo("Qwen2ForCausalLM");
    assertThat(config.layers()).isEqualTo(3);
    assertThat(config.heads()).isEqualTo(4);
    assertThat(config.kvHeads()).isEqualTo(2);
    assertThat(config.headDim()).isEqualTo(16);
    assertThat(config.ropeTheta()).isEqualTo(1e6);
    assertThat(config.tiedEmbeddings()).isTrue();
    assertThat(config.ropeScaling()).isEqualTo(new RopeScaling.None());
    assertThat(config.endTokenIds()).containsExactly(256);
  }

  @Test
  void shouldFillInWhatOlderConfigurationsLeaveOut() {
    RandomCheckpoint checkpoint = RandomCheckpoint.llama(1);
    checkpoint.config().remove("head_dim");
    checkpoint.config().remove("num_key_value_heads");
    checkpoint.config().remove("rope_theta");
    checkpoint.config().remove("rope_scaling");
    checkpoint.config().putNull("eos_token_id");
    ModelConfig config = read(checkpoint);
    assertThat(config.headDim()).isEqualTo(12);
    assertThat(config.kvHeads()).isEqualTo(4);
    assertThat(config.ropeTheta()).isEqualTo(10_000);
    assertThat(config.endTokenIds()).isEmpty();
  }

  @Test
  void shouldReadTheRotaryParametersWhereNewerConfigurationsKeepThem() {
    RandomCheckpoint checkpoint = RandomCheckpoint.qwen2(1);
    checkpoint.config().remove("rope_theta");
    checkpoint
        .config()
        .putObject("rope_parameters")
        .put("rope_type", "linear")
        .put("rope_theta", 5000.0)
        .put("factor", 2.0);
    ModelConfig config = read(checkpoint);
    assertThat(config.ropeTheta()).isEqualTo(5000);
    assertThat(config.ropeScaling()).isEqualTo(new RopeScaling.Linear(2));
  }

  @Test
  void shouldEndAtTheTokensOfBothFilesWhenTheyDiffer() throws IOException {
    RandomCheckpoint checkpoint = RandomCheckpoint.qwen2(1);
    checkpoint.config().putArray("eos_token_id").add(3).add(4);
    checkpoint.write(directory);
    Files.writeString(directory.resolve("generation_config.json"), "{\"eos_token_id\": 5}");
    assertThat(ModelConfig.read(directory).endTokenIds()).containsExactlyInAnyOrder(3, 4, 5);
    Files.writeString(directory.resolve("generation_config.json"), "{\"eos_token_id\": \"x\"}");
    assertThatThrownBy(() -> ModelConfig.read(directory))
        .isInstanceOf(EngineLoadException.class)
        .hasMessageContainingAll("generation_config.json", "\"eos_token_id\" is \"x\"");
  }

  @Test
  void shouldScaleFrequenciesAsLlama3Does() {
    RopeScaling scaling = read(RandomCheckpoint.llama(1)).ropeScaling();
    assertThat(scaling).isEqualTo(new RopeScaling.Llama3(8, 1, 4, 64));
    double cycle = 2 * Math.PI / 64;
    assertThat(scaling.scale(5 * cycle)).isEqualTo(5 * cycle);
    assertThat(scaling.scale(0.9 * cycle)).isEqualTo(0.9 * cycle / 8);
    // Half way between one and four repetitions: the mean of both.
    assertThat(scaling.scale(2.5 * cycle))
        .isCloseTo(2.5 * cycle * (1 + 1 / 8.0) / 2, within(1e-12));
  }
}
