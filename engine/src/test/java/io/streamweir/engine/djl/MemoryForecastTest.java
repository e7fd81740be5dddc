package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineLoadException;
import io.streamweir.engine.checkpoint.ModelConfig;
import io.streamweir.engine.reference.RandomCheckpoint;
import io.streamweir.engine.reference.RandomFamilies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is forecast is what is taken, and what the cards of known models state. */
class MemoryForecastTest {
  private static final long GIB = 1L << 30;

  @TempDir Path directory;

  private MemoryForecast forecast(EngineConfig limits) {
    ModelConfig shape = ModelConfig.read(directory);
    DecoderLayer layer = Architecture.named(shape.architecture()).layer(shape);
    return MemoryForecast.of(shape, WeightPlan.of(layer, shape), limits);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          494032768   | 24576 | Qwen2ForCausalLM | 896,4864,24,14,2,64,151936,true,false |
          8030261248  | 262144 | LlamaForCausalLM | 4096,14336,32,32,8,128,128256,false,false |
          7241732096  | 262144 | MistralForCausalLM | 4096,14336,32,32,8,128,32000,false,false |
          596049920   | 229376 | Qwen3ForCausalLM | 1024,3072,28,16,8,128,151936,true,false |
          9400279040  | 81920 | Glm4ForCausalLM | 4096,13696,40,32,2,128,151552,false,true |
          30532122624 | 196608 | Qwen3MoeForCausalLM | 2048,6144,48,32,4,128,151936,false,false | 128,8,768
          """)
  void shouldCountTheParametersThatAreKnownOfAModel(
      long parameters, int kvBytesPerToken, String architecture, String shape, String experts)
      throws IOException {
    Files.writeString(
        directory.resolve("config.json"), config(architecture, shape.split(","), experts));
    MemoryForecast forecast = forecast(EngineConfig.forCpu(directory, 1).withKvCache(GIB, 16));
    assertThat(forecast.weights().parameters()).isEqualTo(parameters);
    // In float32, and as many heads as there are for keys and values, not for queries.
    assertThat(forecast.kvBytes())
        .isEqualTo((forecast.kvBlocks() + 1L) * 16 * kvBytesPerToken)
        .isBetween(GIB - 16 * kvBytesPerToken, GIB);
    assertThat(forecast.stepBytes()).isBetween(GIB / 64, 3 * GIB);
  }

  private static String config(String architecture, String[] shape, String experts) {
    String[] names = {
      "hidden_size",
      "intermediate_size",
      "num_hidden_layers",
      "num_attention_heads",
      "num_key_value_heads",
      "head_dim",
      "vocab_size",
      "tie_word_embeddings",
      "attention_bias"
    };
    StringBuilder json = new StringBuilder("{\"architectures\": [\"" + architecture + "\"]");
    for (int i = 0; i < names.length; i++) {
      json.append(", \"").append(names[i]).append("\": ").append(shape[i]);
    }
    if (experts != null) {
      String[] numbers = experts.split(",");
      json.append(", \"num_experts\": " + numbers[0] + ", \"num_experts_per_tok\": " + numbers[1]);
      json.append(", \"moe_intermediate_size\": " + numbers[2]);
    }
    return json.append(", \"max_position_embeddings\": 32768}").toString();
  }

  @Test
  void shouldForecastWhatTheWeightsTakeWhenTheyAreLoaded() {
    for (RandomCheckpoint checkpoint :
        new RandomCheckpoint[] {
          RandomCheckpoint.qwen2(81), RandomFamilies.qwen3Moe(82), RandomFamilies.glm4(83)
        }) {
      checkpoint.write(directory);
      MemoryForecast forecast = forecast(EngineConfig.forCpu(directory, 1));
      try (LoadedModel model = LoadedModel.read(directory, MatrixForm.FLOAT32)) {
        assertThat(forecast.weightBytes()).isEqualTo(model.weights().bytes());
      }
    }
  }

  @Test
  void shouldDemandAllOfItToTheByte() {
    RandomCheckpoint.qwen2(84).write(directory);
    MemoryForecast forecast = forecast(EngineConfig.forCpu(directory, 1));
    long replica = forecast.kvBytes() + forecast.stepBytes();
    long all = forecast.weightBytes() + replica;
    forecast.requireRoomForAll(all);
    forecast.requireRoomForReplica(replica);
    assertThatThrownBy(() -> forecast.requireRoomForAll(all - 1))
        .isInstanceOf(EngineLoadException.class);
    assertThatThrownBy(() -> forecast.requireRoomForReplica(replica - 1))
        .isInstanceOf(EngineLoadException.class);
  }

  @Test
  void shouldWriteBytesForPeople() {
    assertThat(MemoryForecast.text(1023)).isEqualTo("1023 bytes");
    assertThat(MemoryForecast.text(1536)).isEqualTo("1.5 KiB");
    assertThat(MemoryForecast.text(29 * GIB)).isEqualTo("29.0 GiB");
  }
}
