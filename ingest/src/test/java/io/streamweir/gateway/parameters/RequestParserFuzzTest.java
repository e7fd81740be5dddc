package io.streamweir.gateway.parameters;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.gateway.anthropic.MessagesParameters;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.openai.ChatParameters;
import io.streamweir.gateway.openai.CompletionParameters;
import io.streamweir.schemas.InferenceRequest;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Good bodies with random damage: each is either an event that Avro can write or a refusal with
 * status 400 that says why. Short in the build; {@code -Dstreamweir.fuzz.seconds=600} goes on for
 * that long with other seeds.
 */
class RequestParserFuzzTest {
  private static final int BODIES = 4_000;
  private static final Duration LONGER =
      Duration.ofSeconds(Long.getLong("streamweir.fuzz.seconds", 0));

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(1_700_000L));

  private static final String CHAT =
      """
      {"model":"m","stream":true,"stream_options":{"include_usage":true},"n":2,"seed":7,
       "messages":[{"role":"system","content":"be brief","name":"boss"},
         {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
         {"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function",
           "function":{"name":"f","arguments":"{\\"a\\":1}"}}]},
         {"role":"tool","tool_call_id":"call_1","content":"42"}],
       "max_completion_tokens":100,"temperature":0.5,"top_p":0.9,"top_k":40,"min_p":0.1,
       "stop":["x","y"],"logit_bias":{"5":-1.5},"logprobs":true,"top_logprobs":2,
       "presence_penalty":0.1,"frequency_penalty":-0.1,"user":"u","metadata":{"a":"b"},
       "tools":[{"type":"function","function":{"name":"f","description":"d","strict":true,
         "parameters":{"type":"object","properties":{"a":{"type":"integer"}}}}}],
       "tool_choice":"auto","parallel_tool_calls":true,
       "response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,
         "schema":{"type":"object","properties":{"a":{"enum":[1,2]}},"required":["a"]}}},
       "chat_template_kwargs":{"enable_thinking":false}}""";

  private static final String COMPLETION =
      """
      {"model":"m","prompt":"p","max_tokens":16,"temperature":0,"top_p":1,"n":1,"stream":false,
       "stop":"x","seed":1,"logprobs":2,"echo":false,"suffix":null,"best_of":1,"user":"u",
       "logit_bias":{},"presence_penalty":0,"frequency_penalty":0}""";

  private static final String MESSAGES =
      """
      {"model":"m","max_tokens":10,"system":[{"type":"text","text":"s"}],"stream":true,
       "messages":[{"role":"user","content":"a"},
         {"role":"assistant","content":[{"type":"text","text":"b"},
           {"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1}}]},
         {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"42"}]}],
       "temperature":0.5,"top_p":0.9,"top_k":5,"stop_sequences":["x"],"metadata":{"user_id":"u"},
       "tools":[{"name":"f","description":"d","input_schema":{"type":"object"}}],
       "tool_choice":{"type":"auto"},"thinking":{"type":"enabled","budget_tokens":1024}}""";

  static Stream<Arguments> parsers() {
    return Stream.of(
        Arguments.of("chat", ChatParameters.parser(CLOCK), CHAT),
        Arguments.of("completions", CompletionParameters.parser(CLOCK), COMPLETION),
        Arguments.of("messages", MessagesParameters.parser(CLOCK), MESSAGES));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("parsers")
  void shouldTakeOrRefuseWhenABodyIsDamaged(String name, RequestParser parser, String body)
      throws IOException {
    JsonNode good = JSON.readTree(body);
    int taken = 0;
    long end = System.nanoTime() + LONGER.toNanos();
    for (long seed = 0; seed < BODIES || System.nanoTime() < end; seed++) {
      Random random = new Random(seed);
      String damaged = damaged(good, random);
      if (isTaken(parser, damaged, "%s, seed %d: %s".formatted(name, seed, damaged))) {
        taken++;
      }
    }
    assertThat(taken).as("bodies that are taken").isGreaterThan(BODIES / 50);
  }

  private static boolean isTaken(RequestParser parser, String body, String what) {
    try {
      var request = parser.parse(body, "default", "id").request();
      assertThat(InferenceRequest.getEncoder().encode(request).remaining()).isPositive();
      return true;
    } catch (ApiException refusal) {
      assertThat(refusal.error().status()).as(what).isEqualTo(400);
      assertThat(refusal.error().message()).as(what).isNotBlank();
      return false;
    } catch (IOException | RuntimeException e) {
      throw new AssertionError(what, e);
    }
  }

  private static String damaged(JsonNode good, Random random) throws IOException {
    JsonNode root = good.deepCopy();
    // Without most of what is optional, so that one parameter's refusal does not hide the others.
    ((ObjectNode) root).retain(kept((ObjectNode) root, random));
    for (int i = random.nextInt(3); i > 0; i--) {
      damage(root, random);
    }
    StringBuilder text = new StringBuilder(JSON.writeValueAsString(root));
    if (random.nextInt(10) == 0) {
      int from = random.nextInt(text.length());
      text.delete(from, Math.min(text.length(), from + 1 + random.nextInt(5)));
    }
    if (random.nextInt(50) == 0) {
      text.insert(random.nextInt(text.length()), "[".repeat(100_000));
    }
    return text.toString();
  }

  private static List<String> kept(ObjectNode body, Random random) {
    List<String> kept = new ArrayList<>();
    body.fieldNames().forEachRemaining(kept::add);
    kept.removeIf(name -> !isRequired(name) && random.nextInt(4) != 0);
    return kept;
  }

  private static boolean isRequired(String name) {
    return List.of("model", "messages", "prompt", "max_tokens").contains(name);
  }

  private static void damage(JsonNode root, Random random) {
    List<JsonNode> containers = new ArrayList<>();
    collect(root, containers);
    JsonNode container = containers.get(random.nextInt(containers.size()));
    if (container instanceof ObjectNode object) {
      damage(object, random);
    } else if (container instanceof ArrayNode array) {
      damage(array, random);
    }
  }

  private static void damage(ObjectNode object, Random random) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    String name = names.isEmpty() ? "x" : names.get(random.nextInt(names.size()));
    switch (random.nextInt(4)) {
      case 0 -> object.remove(name);
      case 1 -> object.set(name + "x", value(random));
      default -> object.set(name, value(random));
    }
  }

  private static void damage(ArrayNode array, Random random) {
    int place = random.nextInt(array.size() + 1);
    if (place < array.size() && random.nextBoolean()) {
      array.remove(place);
    } else {
      array.insert(place, value(random));
    }
  }

  private static void collect(JsonNode node, List<JsonNode> containers) {
    if (node.isContainerNode()) {
      containers.add(node);
      node.forEach(child -> collect(child, containers));
    }
  }

  private static JsonNode value(Random random) {
    return switch (random.nextInt(16)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2 -> NODES.numberNode(random.nextInt(10));
      case 3 -> NODES.numberNode(random.nextLong());
      case 4 -> NODES.numberNode(Double.longBitsToDouble(random.nextLong()));
      case 5 -> NODES.numberNode(BigInteger.TEN.pow(random.nextInt(400)).negate());
      case 6 -> NODES.numberNode(new BigDecimal("1e" + random.nextInt(1_000_000)));
      case 7 -> NODES.textNode("");
      case 8 -> NODES.textNode("\uD800 half a character");
      case 9 -> NODES.textNode("x".repeat(random.nextInt(2_000)));
      case 10 -> NODES.textNode("{\"type\":\"object\"}");
      case 11 -> NODES.arrayNode().add(value(random)).add(value(random));
      case 12 -> NODES.arrayNode();
      case 13 -> NODES.objectNode();
      case 14 -> NODES.objectNode().set("type", value(random));
      default -> NODES.textNode("auto");
    };
  }
}
