package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineProvider;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.RecordingListener;
import io.streamweir.engine.Requests;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.TokenMask;
import io.streamweir.text.Message;
import io.streamweir.text.ModelText;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The model that comes with the repository does its job on this engine, alone and in a crowd. */
class SupportIntentsTest {
  private static final Path MODEL = Path.of("..", "models", "support-intents");
  private static final Map<String, String> ANSWERS =
      Map.of(
          "help me to track order 370795561790",
          "{\"intent\":\"track_order\",\"order_id\":\"370795561790\"}",
          "i want to delete my gold account",
          "{\"intent\":\"delete_account\",\"account_type\":\"gold\"}",
          "I forgot my password, help me",
          "{\"intent\":\"recover_password\"}");

  private static final List<String> ENTITIES =
      List.of(
          "order_id",
          "invoice_id",
          "refund_amount",
          "account_type",
          "person_name",
          "delivery_city",
          "delivery_country");

  private static final String FORMAT =
      """
      {"type": "json_schema", "json_schema": {"name": "intent", "schema": {
        "type": "object",
        "properties": {"intent": {"enum": ["track_order", "delete_account", "recover_password"]}},
        "required": ["intent"], "additionalProperties": false}}}
      """;

  @Test
  void shouldNameIntentAndEntityWhenTheLanesAreFull() {
    RecordingListener listener = new RecordingListener();
    try (ModelText text = ModelText.load(MODEL);
        InferenceEngine engine = EngineProvider.named("djl").load(EngineConfig.forCpu(MODEL, 1))) {
      engine.start(listener);
      for (int i = 0; i < 20; i++) {
        for (String utterance : ANSWERS.keySet()) {
          engine.submit(request(text, i + utterance, utterance, i % 5 == 0));
        }
      }
      for (int i = 0; i < 20; i++) {
        for (Map.Entry<String, String> entry : ANSWERS.entrySet()) {
          String id = i + entry.getKey();
          assertThat(listener.awaitFinish(id).finishReason()).isEqualTo(FinishReason.STOP);
          assertThat(listener.text(id)).isEqualTo(entry.getValue());
        }
      }
      listener.assertClean();
      KnownCpu.require(() -> assertThat(engine.statistics().reproducible()).isTrue());
    }
  }

  @Test
  void shouldSayTheSameInFewerStepsWhenAFormatForcesTokens() {
    RecordingListener listener = new RecordingListener();
    try (ModelText text = ModelText.load(MODEL);
        InferenceEngine engine = EngineProvider.named("djl").load(EngineConfig.forCpu(MODEL, 1))) {
      engine.start(listener);
      TokenMask.Factory mask = engine.constrain(FORMAT);
      for (String utterance : ANSWERS.keySet()) {
        engine.submit(request(text, "few " + utterance, utterance, true).withMask(mask));
        engine.submit(
            request(text, "each " + utterance, utterance, true)
                .withMask(() -> new SilentMask(mask.create())));
      }
      for (String utterance : ANSWERS.keySet()) {
        assertThat(listener.awaitFinish("few " + utterance).finishReason())
            .isEqualTo(listener.awaitFinish("each " + utterance).finishReason())
            .isEqualTo(FinishReason.STOP);
        assertThat(listener.tokens("few " + utterance))
            .isEqualTo(listener.tokens("each " + utterance));
        assertThat(listener.of("few " + utterance))
            .hasSizeLessThan(listener.of("each " + utterance).size());
        assertThat(listener.text("few " + utterance)).startsWith("{\"intent\":\"");
      }
    }
    listener.assertClean();
  }

  /** Does not tell which tokens are forced. */
  private record SilentMask(TokenMask mask) implements TokenMask {
    @Override
    public void apply(long[] allowed) {
      mask.apply(allowed);
    }

    @Override
    public void accept(int token) {
      mask.accept(token);
    }
  }

  /**
   * The line of the demo as a strict schema: greedy as without it, and valid whatever is sampled.
   */
  @Test
  void shouldAnswerWithinTheSchemaOfItsLineWhateverIsSampled() throws Exception {
    List<Utterance> utterances = Utterance.all(MODEL).subList(0, 15);
    Set<String> intents =
        Utterance.all(MODEL).stream().map(Utterance::intent).collect(Collectors.toSet());
    RecordingListener listener = new RecordingListener();
    try (ModelText text = ModelText.load(MODEL);
        InferenceEngine engine = EngineProvider.named("djl").load(EngineConfig.forCpu(MODEL, 1))) {
      engine.start(listener);
      TokenMask.Factory mask = engine.constrain(lineFormat(intents));
      for (int i = 0; i < utterances.size(); i++) {
        String utterance = utterances.get(i).text();
        engine.submit(request(text, "free" + i, utterance, true));
        engine.submit(request(text, "held" + i, utterance, true).withMask(mask));
        SamplingParams wild = SamplingParams.builder(1_000).temperature(3).seed(i).build();
        int[] prompt = text.encodeChat(List.of(Message.of("user", utterance)), Map.of());
        engine.submit(Requests.offline("wild" + i, prompt, wild).withMask(mask));
      }
      for (int i = 0; i < utterances.size(); i++) {
        listener.awaitFinish("free" + i);
        listener.awaitFinish("held" + i);
        assertThat(listener.awaitFinish("wild" + i).finishReason()).isEqualTo(FinishReason.STOP);
        for (String id : List.of("held" + i, "wild" + i)) {
          JsonNode line = new ObjectMapper().readTree(listener.text(id));
          assertThat(line.path("intent").asText()).isIn(intents);
          assertThat(line.properties())
              .allMatch(p -> p.getKey().equals("intent") || ENTITIES.contains(p.getKey()))
              .allMatch(p -> p.getValue().isTextual())
              .allMatch(p -> p.getValue().asText().codePoints().count() <= 40);
        }
      }
    }
    listener.assertClean();
    for (int i = 0; i < utterances.size(); i++) {
      String held = listener.text("held" + i);
      String free = listener.text("free" + i);
      KnownCpu.require(() -> assertThat(held).isEqualTo(free));
    }
  }

  private static String lineFormat(Set<String> intents) {
    ObjectNode format = new ObjectMapper().createObjectNode().put("type", "json_schema");
    ObjectNode schema = format.putObject("json_schema").put("strict", true).putObject("schema");
    ObjectNode properties =
        schema.put("type", "object").put("additionalProperties", false).putObject("properties");
    ArrayNode values = properties.putObject("intent").putArray("enum");
    intents.stream().sorted().forEach(values::add);
    ENTITIES.forEach(
        entity -> properties.putObject(entity).put("type", "string").put("maxLength", 40));
    schema.putArray("required").add("intent");
    return format.toString();
  }

  /** Once, an operator that writes into buffers it is given corrupted the native heap here. */
  @Test
  void shouldKeepSteppingWhenSixteenDecodeForLong() {
    SamplingParams sampling = new SamplingParams(60, 0, 1, 0, 0, List.of(), Set.of(), true);
    RecordingListener listener = new RecordingListener();
    try (InferenceEngine engine = EngineProvider.named("djl").load(EngineConfig.forCpu(MODEL, 1))) {
      engine.start(listener);
      Random random = new Random(1);
      for (int round = 0; round < 6; round++) {
        for (int i = 0; i < 16; i++) {
          int[] prompt = random.ints(40, 3, 1000).toArray();
          engine.submit(Requests.online(round + "-" + i, prompt, sampling));
        }
        for (int i = 0; i < 16; i++) {
          listener.awaitFinish(round + "-" + i);
          assertThat(listener.tokens(round + "-" + i)).hasSize(60);
        }
      }
    }
    listener.assertClean();
  }

  private static EngineRequest request(
      ModelText text, String id, String utterance, boolean online) {
    int[] prompt = text.encodeChat(List.of(Message.of("user", utterance)), Map.of());
    SamplingParams sampling = SamplingParams.greedy(64);
    return online ? Requests.online(id, prompt, sampling) : Requests.offline(id, prompt, sampling);
  }
}
