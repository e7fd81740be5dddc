package io.streamweir.gateway.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Spoils what was good, in ways that a seed decides. */
public final class Damage {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Set<String> REQUIRED =
      Set.of(
          "model",
          "messages",
          "prompt",
          "max_tokens",
          "input",
          "custom_id",
          "method",
          "url",
          "body",
          "input_file_id",
          "endpoint",
          "completion_window");

  private static final List<String> SCRAPS =
      List.of(
          "\"",
          "\\",
          "{",
          "[",
          "}",
          "]",
          ":",
          ",",
          "null",
          "-",
          "1e999999",
          "\\u0000",
          "\\ud800",
          "\ufeff",
          "\n",
          "\r\n",
          "\u0000",
          "%",
          "%00",
          "%2e%2e%2f",
          "../",
          "=",
          ";",
          "-1",
          "99999999999999999999",
          "\ud83d\ude42",
          " ");

  private Damage() {}

  /** Bytes with others in between, without some, twice, or others instead. */
  public static byte[] bytes(byte[] good, Random random) {
    var bytes = good;
    for (var times = 1 + random.nextInt(4); times > 0; times--) {
      bytes = damagedOnce(bytes, random);
    }
    return bytes;
  }

  private static byte[] damagedOnce(byte[] bytes, Random random) {
    var from = random.nextInt(bytes.length + 1);
    var to = Math.min(bytes.length, from + random.nextInt(8));
    var damaged = new ByteArrayOutputStream();
    damaged.write(bytes, 0, from);
    switch (random.nextInt(5)) {
      case 0 -> {
        // Without these.
      }
      case 1 -> {
        damaged.write(bytes, from, to - from);
        damaged.write(bytes, from, to - from);
      }
      case 2 -> {
        var others = new byte[to - from];
        random.nextBytes(others);
        damaged.writeBytes(others);
      }
      case 3 -> {
        damaged.write(random.nextInt(256));
        damaged.write(bytes, from, to - from);
      }
      default -> {
        var scrap = SCRAPS.get(random.nextInt(SCRAPS.size()));
        damaged.writeBytes(scrap.getBytes(StandardCharsets.UTF_8));
        damaged.write(bytes, from, to - from);
      }
    }
    damaged.write(bytes, to, bytes.length - to);
    return damaged.toByteArray();
  }

  /** A JSON object with other values, without some of its fields and with others. */
  static String json(JsonNode good, Random random) throws IOException {
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
    return REQUIRED.contains(name);
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
