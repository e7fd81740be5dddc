package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.EngineProvider;
import io.streamweir.engine.reference.RandomCheckpoint;
import io.streamweir.engine.reference.RandomFamilies;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
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
        .configured(config -> config.putObject("rope_scaling").put("rope_type", "longrope"))
        .write(directory);
    assertRefused("\"rope_type\" is \"longrope\"", "llama3", "yarn");
    checkpoint()
        .configured(config -> config.putObject("rope_scaling").put("type", "yarn"))
        .write(directory);
    assertRefused("\"factor\" is missing");
    checkpoint().configured(config -> config.put("partial_rotary_factor", 0.2)).write(directory);
    assertRefused("\"partial_rotary_factor\" is 0.2", "16 channels");
    checkpoint()
        .configured(
            config -> config.putArray("layer_types").add("full_attention").add("sliding_attention"))
        .write(directory);
    assertRefused("layer_types", "the same for all layers");
    checkpoint().configured(config -> config.put("use_sliding_window", true)).write(directory);
    assertRefused("use_sliding_window");
    checkpoint()
        .configured(config -> config.putObject("quantization_config").put("quant_method", "awq"))
        .write(directory);
    assertRefused("quantization_config", "awq");
  }

  @Test
  void shouldNameTheValueWhenTheExpertsAreWrong() {
    RandomFamilies.qwen3Moe(52)
        .configured(config -> config.put("num_experts_per_tok", 9))
        .write(directory);
    assertRefused("\"num_experts_per_tok\" is 9", "at most num_experts (8)");
    RandomFamilies.qwen3Moe(52)
        .configured(config -> config.put("decoder_sparse_step", 2))
        .write(directory);
    assertRefused("\"decoder_sparse_step\" is 2", "experts in every layer");
    RandomFamilies.qwen3Moe(52)
        .configured(config -> config.putArray("mlp_only_layers").add(1))
        .write(directory);
    assertRefused("\"mlp_only_layers\" is [1]", "experts in every layer");
    RandomFamilies.qwen3Moe(52).configured(config -> config.remove("num_experts")).write(directory);
    assertRefused("\"num_experts\" is missing", "Qwen3MoeForCausalLM");
    RandomFamilies.qwen3Moe(52)
        .without("model.layers.1.mlp.experts.5.up_proj.weight")
        .write(directory);
    assertRefused("no tensor model.layers.1.mlp.experts.5.up_proj.weight");
  }

  @Test
  void shouldNameTheTensorWhenTheModelWouldLeaveItUnused() {
    RandomCheckpoint.llama(53).withBiases("self_attn.k_proj").write(directory);
    assertRefused("3 tensors", "model.layers.0.self_attn.k_proj.bias", "belong together");
  }

  @Test
  void shouldLoadWhenOnlyWhatIsKnownToBeNeedlessGoesUnused() {
    RandomCheckpoint.qwen2(54)
        .with("model.layers.0.self_attn.rotary_emb.inv_freq", 8)
        .with("lm_head.weight", RandomCheckpoint.VOCAB, 48)
        .with("model.layers.3.mlp.up_proj.weight", 2, 2)
        .write(directory);
    EngineProvider.named("djl").load(EngineConfig.forCpu(directory, 1)).close();
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
    assertRefused("model.safetensors", "header is no JSON", "Fetch it again");
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
    overwrite(
        "model.safetensors",
        withHeader(
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[8],\"data_offsets\":[0,32]},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[9],\"data_offsets\":[28,64]}}"));
    assertRefused("tensor b begins at byte 28", "ends at 32");
    overwrite(
        "model.safetensors",
        withHeader("{\"a\":{\"dtype\":\"F32\",\"shape\":[8],\"data_offsets\":[0,32]}}"));
    assertRefused("32 bytes after its last tensor");
  }

  @Test
  void shouldSayWhatToRunWhenTheWeightsAreALargeFilePointer() throws IOException {
    checkpoint().write(directory);
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n";
    overwrite("model.safetensors", pointer.getBytes(StandardCharsets.UTF_8));
    assertRefused("model.safetensors", "git lfs pull");
  }

  @Test
  void shouldNameTheShardWhenItIsMissing() throws IOException {
    checkpoint().writeSharded(directory, 3);
    Files.delete(directory.resolve("model-00002-of-00003.safetensors"));
    assertRefused("model.safetensors.index.json", "model-00002-of-00003.safetensors");
  }

  @Test
  void shouldNameTheTensorWhenIndexAndShardsDisagree() throws IOException {
    checkpoint().writeSharded(directory, 2);
    Path first = directory.resolve("model-00001-of-00002.safetensors");
    Path second = directory.resolve("model-00002-of-00002.safetensors");
    Path third = directory.resolve("third");
    Files.move(first, third);
    Files.move(second, first);
    Files.move(third, second);
    assertRefused(
        "model.safetensors.index.json has the tensor model.embed_tokens.weight in"
            + " model-00001-of-00002.safetensors",
        "in model-00002-of-00002.safetensors");
    Files.copy(first, second, StandardCopyOption.REPLACE_EXISTING);
    assertRefused("The tensor model.", "is in both", "00001-of-00002", "00002-of-00002");
    Files.writeString(directory.resolve("model.safetensors.index.json"), "{\"weight_map\": []}");
    assertRefused("lists no shards");
  }

  @Test
  void shouldNameTheTensorWhenTheIndexHasOneThatNoShardHas() {
    checkpoint().writeSharded(directory, 2, "model.layers.0.extra.weight");
    assertRefused("has the tensor model.layers.0.extra.weight in", "it is in no shard");
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
  void shouldSayWhatTakesTheMemoryWhenThereIsTooLittle() {
    checkpoint().write(directory);
    EngineConfig limits = EngineConfig.forCpu(directory, 1).withKvCache(1 << 20, 16);
    DjlEngineProvider cramped = new DjlEngineProvider(InstantSource.system(), () -> 1 << 20);
    assertThatThrownBy(() -> cramped.load(limits))
        .isInstanceOf(EngineLoadException.class)
        .hasMessageContainingAll(
            directory.toString(),
            // 3 layers of 20,960 weights, an embedding of 264 x 48, a norm of 48; a packed head.
            (PackedProducts.FLOAT32.keepBits() ? "344.8" : "295.3")
                + " KiB for 75,600 weights in float32",
            "1020.0 KiB for a KV cache of 1344 tokens",
            "2 x 3 layers x 2 key/value heads x 16 channels x 4 bytes",
            "1.0 MiB are available here",
            "Lower kvCacheBytes");
  }

  @Test
  void shouldNotReadTheWeightsWhenThereIsTooLittleMemory() throws IOException {
    checkpoint().write(directory);
    overwrite("model.safetensors", new byte[5]);
    DjlEngineProvider cramped = new DjlEngineProvider(InstantSource.system(), () -> 1 << 20);
    assertThatThrownBy(() -> cramped.load(EngineConfig.forCpu(directory, 1)))
        .hasMessageContaining("of memory outside the Java heap");
  }

  @Test
  void shouldCountNoWeightsWhenAnotherReplicaHasThemLoaded() {
    checkpoint().write(directory);
    EngineConfig limits = EngineConfig.forCpu(directory, 1);
    try (var first = EngineProvider.named("djl").load(limits)) {
      assertThat(first.capabilities().maxModelLen()).isEqualTo(512);
      DjlEngineProvider cramped = new DjlEngineProvider(InstantSource.system(), () -> 1 << 20);
      assertThatThrownBy(() -> cramped.load(limits))
          .hasMessageContaining("KV cache")
          .hasMessageNotContaining("weights");
    }
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
