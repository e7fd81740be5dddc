package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.EngineProvider;
import io.streamweir.engine.reference.RandomCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be loaded says which file, tensor or setting it is. */
class LoadErrorTest {
  @TempDir Path directory;

  private void assertRefused(String... words) {
    assertRefused(EngineConfig.forCpu(directory, 1), words);
  }

  private static void assertRefused(EngineConfig config, String... words) {
    assertThatThrownBy(() -> EngineProvider.named("djl").load(config))
        .isInstanceOf(EngineLoadException.class)
        .hasMessageContainingAll(words);
  }

  private static RandomCheckpoint checkpoint() {
    return RandomCheckpoint.qwen2(51);
  }

  private void overwrite(String file, byte[] bytes) throws IOException {
    Files.write(directory.resolve(file), bytes);
  }

  private byte[] weights() throws IOException {
    return Files.readAllBytes(directory.resolve("model.safetensors"));
  }

  private static byte[] withHeader(String json) {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + 64).order(ByteOrder.LITTLE_ENDIAN);
    return bytes.putLong(text.length).put(text).array();
  }

  @Test
  void shouldNameTheTensorWhenItIsMissing() {
    checkpoint().without("model.layers.2.mlp.up_proj.weight").write(directory);
    assertRefused("no tensor model.layers.2.mlp.up_proj.weight");
  }

  @Test
  void shouldNameTheTensorAndBothShapesWhenTheyDiffer() {
    checkpoint().reshaped("model.layers.1.self_attn.k_proj.weight", 48, 32).write(directory);
    assertRefused("model.layers.1.self_attn.k_proj.weight", "[48, 32]", "[32, 48]");
  }

  @Test
  void shouldNameTheArchitectureAndThoseItKnowsWhenItIsUnknown() {
    checkpoint()
        .configured(config -> config.putArray("architectures").add("MambaForCausalLM"))
        .write(directory);
    assertRefused("MambaForCausalLM", "Qwen2ForCausalLM", "LlamaForCausalLM");
    assertThat(new DjlEngineProvider().whyNot(directory, "cpu"))
        .hasValueSatisfying(why -> assertThat(why).contains("MambaForCausalLM"));
  }

  @Test
  void shouldNameTheValueWhenTheConfigurationIsWrong() {
    checkpoint().configured(config -> config.remove("hidden_size")).write(directory);
    assertRefused("config.json", "\"hidden_size\" is missing");
    checkpoint().configured(config -> config.put("num_key_value_heads", 3)).write(directory);
    assertRefused("\"num_key_value_heads\" is 3", "divisor");
    checkpoint().configured(config -> config.put("hidden_act", "gelu")).write(directory);
    assertRefused("\"hidden_act\" is \"gelu\"", "silu");
    checkpoint()
        .configured(config -> config.putObject("rope_scaling").put("rope_type", "yarn"))
        .write(directory);
    assertRefused("\"rope_type\" is \"yarn\"", "llama3");
    checkpoint().configured(config -> config.put("use_sliding_window", true)).write(directory);
    assertRefused("use_sliding_window");
    checkpoint()
        .configured(config -> config.putObject("quantization_config").put("quant_method", "awq"))
        .write(directory);
    assertRefused("quantization_config", "awq");
  }

  @Test
  void shouldSayWhatIsWrongWhenTheWeightFileIsCutOff() throws IOException {
    checkpoint().write(directory);
    byte[] whole = weights();
    overwrite("model.safetensors", Arrays.copyOf(whole, whole.length - 1));
    assertRefused("model.safetensors", "no intact safetensors file", "claims bytes");
    overwrite("model.safetensors", Arrays.copyOf(whole, 5));
    assertRefused("model.safetensors", "5 bytes");
    overwrite("model.safetensors", Arrays.copyOf(whole, 50));
    assertRefused("model.safetensors", "its header claims");
  }

  @Test
  void shouldSayWhatIsWrongWhenTheHeaderLies() throws IOException {
    checkpoint().write(directory);
    overwrite("model.safetensors", withHeader("not json"));
    assertRefused("model.safetensors");
    overwrite("model.safetensors", withHeader("[1, 2]"));
    assertRefused("header is no JSON object");
    overwrite(
        "model.safetensors",
        withHeader("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}"));
    assertRefused("tensor a", "[3]", "8 bytes");
    overwrite(
        "model.safetensors",
        withHeader("{\"a\":{\"dtype\":\"F8_E4M3\",\"shape\":[8],\"data_offsets\":[0,8]}}"));
    assertRefused("tensor a", "F8_E4M3", "BF16");
    overwrite(
        "model.safetensors",
        withHeader("{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}"));
    assertRefused("tensor a");
  }

  @Test
  void shouldNameTheShardWhenItIsMissing() throws IOException {
    checkpoint().writeSharded(directory, 3);
    Files.delete(directory.resolve("model-00002-of-00003.safetensors"));
    assertRefused("model.safetensors.index.json", "model-00002-of-00003.safetensors");
  }

  @Test
  void shouldNotReadOutsideTheDirectoryWhenTheIndexPointsThere() throws IOException {
    checkpoint().writeSharded(directory, 1);
    Files.writeString(
        directory.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{\"a\":\"../outside.safetensors\"}}");
    Files.write(directory.resolveSibling("outside.safetensors"), new byte[100]);
    assertRefused("../outside.safetensors");
    Files.delete(directory.resolveSibling("outside.safetensors"));
  }

  @Test
  void shouldSayWhatIsMissingWhenTheDirectoryIsNoModel() {
    assertRefused("no config.json");
    checkpoint().write(directory);
    directory.resolve("model.safetensors").toFile().delete();
    assertRefused("neither model.safetensors nor model.safetensors.index.json");
  }

  @Test
  void shouldNameTheTokenizerWhenItIsMissing() throws IOException {
    checkpoint().write(directory);
    Files.delete(directory.resolve("tokenizer.json"));
    assertRefused("tokenizer.json");
  }

  @Test
  void shouldSayHowMuchIsNeededWhenTheKvCacheIsTooSmall() {
    checkpoint().write(directory);
    assertRefused(EngineConfig.forCpu(directory, 1).withKvCache(1000, 16), "kvCacheBytes is 1000");
  }

  @Test
  void shouldNameTheDeviceWhenItCannotComputeThere() {
    checkpoint().write(directory);
    assertThat(new DjlEngineProvider().whyNot(directory, "cuda:0"))
        .hasValueSatisfying(why -> assertThat(why).contains("cuda:0"));
    assertThat(new DjlEngineProvider().whyNot(directory, "cpu")).isEmpty();
  }

  @Test
  void shouldLoadWhatWasRefusedWhenItIsRepaired() {
    checkpoint().without("model.norm.weight").write(directory);
    assertRefused("model.norm.weight");
    checkpoint().write(directory);
    EngineProvider.named("djl").load(EngineConfig.forCpu(directory, 1)).close();
  }
}
