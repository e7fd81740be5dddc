package io.streamweir.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.models.data.ChatPrompt;
import io.streamweir.models.tokenizer.BpeTokenizer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The files of models/support-intents agree with each other. */
class CommittedModelTest {
  private static final Path ROOT = Path.of("support-intents");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ModelDirectory directory = new ModelDirectory(ROOT);

  private static JsonNode json(String name) throws IOException {
    return JSON.readTree(ROOT.resolve(name).toFile());
  }

  private static Map<String, List<Integer>> shapesInFile() throws IOException {
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(ROOT.resolve("model.safetensors")))
            .order(ByteOrder.LITTLE_ENDIAN);
    byte[] header = new byte[(int) file.getLong()];
    file.get(header);
    Map<String, List<Integer>> shapes = new HashMap<>();
    for (Map.Entry<String, JsonNode> entry : JSON.readTree(header).properties()) {
      if (!entry.getKey().equals("__metadata__")) {
        int[] shape = JSON.convertValue(entry.getValue().path("shape"), int[].class);
        shapes.put(entry.getKey(), Arrays.stream(shape).boxed().toList());
      }
    }
    return shapes;
  }

  @Test
  void shouldHoldExactlyTheTensorsThatTheConfigurationCallsFor() throws IOException {
    Map<String, List<Integer>> expected =
        Qwen2Layout.tensors(directory.readShape()).stream()
            .collect(Collectors.toMap(TensorSpec::name, TensorSpec::shape));

    assertThat(shapesInFile()).isEqualTo(expected);
  }

  @Test
  void shouldHoldFiniteWeights() throws IOException {
    for (float weight : directory.readWeights(directory.readShape())) {
      assertThat(Float.isFinite(weight)).isTrue();
    }
  }

  @Test
  void shouldAgreeOnVocabularyAndSpecialTokens() throws IOException {
    BpeTokenizer tokenizer = directory.readTokenizer();
    int end = tokenizer.id(ChatPrompt.END);

    assertThat(tokenizer.size()).isEqualTo(directory.readShape().vocabulary());
    assertThat(json("config.json").path("eos_token_id").asInt()).isEqualTo(end);
    assertThat(json("generation_config.json").path("eos_token_id").path(0).asInt()).isEqualTo(end);
    assertThat(json("generation_config.json").path("temperature").asDouble()).isZero();
    assertThat(json("tokenizer_config.json").path("eos_token").asText()).isEqualTo(ChatPrompt.END);
    assertThat(json("tokenizer_config.json").path("chat_template").asText())
        .isEqualTo(ChatPrompt.JINJA);
  }

  @Test
  void shouldCarryTheLicenceAndAttributionOfItsData() throws IOException {
    assertThat(Files.readString(ROOT.resolve("data/LICENSE")))
        .contains("Community Data License Agreement");
    assertThat(Files.readString(ROOT.resolve("data/ATTRIBUTION.md")))
        .contains("Bitext")
        .contains("CDLA-Sharing-1.0");
  }
}
