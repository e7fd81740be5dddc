package io.streamweir.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.reference.RandomCheckpoint;
import io.streamweir.engine.reference.RandomFamilies;
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
    assertThat(config.rotary()).isEqualTo(new Rotary(1e6, 16, new RopeScaling.None()));
    assertThat(config.tiedEmbeddings()).isTrue();
    assertThat(config.slidingWindow()).isZero();
    assertThat(config.experts()).isEmpty();
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
    assertThat(config.rotary().theta()).isEqualTo(10_000);
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
        .put("partial_rotary_factor", 0.5)
        .put("factor", 2.0);
    assertThat(read(checkpoint).rotary()).isEqualTo(new Rotary(5000, 8, new RopeScaling.Linear(2)));
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
  void shouldLeaveOutEndTokensThatTheModelCannotSay() throws IOException {
    RandomCheckpoint checkpoint = RandomCheckpoint.qwen2(1);
    checkpoint.config().putArray("eos_token_id").add(RandomCheckpoint.VOCAB).add(3);
    checkpoint.write(directory);
    assertThat(ModelConfig.read(directory).endTokenIds()).containsExactly(3);
    Files.writeString(directory.resolve("generation_config.json"), "{\"eos_token_id\": [-1, 5]}");
    assertThat(ModelConfig.read(directory).endTokenIds()).containsExactly(3, 5);
  }

  @Test
  void shouldReadTheEndTokensWhenTheModelCanSayNoneOfTheFirstFile() throws IOException {
    RandomCheckpoint checkpoint = RandomCheckpoint.qwen2(1);
    checkpoint.config().put("eos_token_id", 151_645);
    checkpoint.write(directory);
    assertThat(ModelConfig.read(directory).endTokenIds()).isEmpty();
    Files.writeString(directory.resolve("generation_config.json"), "{\"eos_token_id\": 5}");
    assertThat(ModelConfig.read(directory).endTokenIds()).containsExactly(5);
    Files.writeString(directory.resolve("generation_config.json"), "{\"eos_token_id\": [\"x\"]}");
    assertThatThrownBy(() -> ModelConfig.read(directory))
        .isInstanceOf(EngineLoadException.class)
        .hasMessageContainingAll("generation_config.json", "\"eos_token_id\" is [\"x\"]");
  }

  @Test
  void shouldReadExpertsAndWindow() {
    assertThat(read(RandomFamilies.qwen3Moe(1)).experts()).hasValue(new Experts(8, 3, 24, true));
    assertThat(read(RandomFamilies.mistral(1)).slidingWindow()).isEqualTo(45);
  }

  @Test
  void shouldTakeTheContextThatYarnMakesOfTheOriginalOne() {
    assertThat(read(RandomFamilies.yarn(1)).maxPositions()).isEqualTo(4 * 512);
    RandomCheckpoint stated =
        RandomFamilies.yarn(1).configured(config -> config.put("max_position_embeddings", 5000));
    assertThat(read(stated).maxPositions()).isEqualTo(5000);
    assertThat(read(RandomFamilies.linear(1)).maxPositions()).isEqualTo(512);
  }

  @Test
  void shouldScaleFrequenciesAsLlama3Does() {
    RopeScaling scaling = read(RandomCheckpoint.llama(1)).rotary().scaling();
    assertThat(scaling).isEqualTo(new RopeScaling.Llama3(8, 1, 4, 64));
    double cycle = 2 * Math.PI / 64;
    assertThat(scaling.scale(0, 5 * cycle)).isEqualTo(5 * cycle);
    assertThat(scaling.scale(0, 0.9 * cycle)).isEqualTo(0.9 * cycle / 8);
    // Half way between one and four repetitions: the mean of both.
    assertThat(scaling.scale(0, 2.5 * cycle))
        .isCloseTo(2.5 * cycle * (1 + 1 / 8.0) / 2, within(1e-12));
  }

  /** Qwen2.5's own numbers; the ends of the ramp follow from them by the formula of the paper. */
  @Test
  void shouldScaleFrequenciesAsYarnDoes() {
    RandomCheckpoint checkpoint = RandomFamilies.yarn(1);
    checkpoint.config().put("head_dim", 128).put("rope_theta", 1e6);
    ((ObjectNode) checkpoint.config().get("rope_scaling"))
        .put("original_max_position_embeddings", 32_768);
    RopeScaling scaling = read(checkpoint).rotary().scaling();
    // 32 turns of 32,768 tokens lie at pair 23.6, one turn at pair 39.7.
    assertThat(scaling).isEqualTo(new RopeScaling.Yarn(4, 23, 40, 1 + 0.1 * Math.log(4)));
    assertThat(scaling.scale(23, 1)).isEqualTo(1);
    assertThat(scaling.scale(40, 1)).isEqualTo(0.25);
    assertThat(scaling.scale(63, 1)).isEqualTo(0.25);
    assertThat(scaling.scale(24, 1)).isCloseTo(1 - 0.75 / 17, within(1e-12));
    assertThat(new RopeScaling.None().amplitude()).isEqualTo(1);
  }

  @Test
  void shouldTakeTheAmplitudeThatAYarnModelStates() {
    RandomCheckpoint checkpoint = RandomFamilies.yarn(1);
    ObjectNode scaling = (ObjectNode) checkpoint.config().get("rope_scaling");
    scaling.put("mscale", 2.0).put("mscale_all_dim", 1.0);
    assertThat(read(checkpoint).rotary().scaling().amplitude())
        .isCloseTo((0.2 * Math.log(4) + 1) / (0.1 * Math.log(4) + 1), within(1e-12));
    scaling.put("attention_factor", 1.5);
    assertThat(read(checkpoint).rotary().scaling().amplitude()).isEqualTo(1.5);
  }
}
