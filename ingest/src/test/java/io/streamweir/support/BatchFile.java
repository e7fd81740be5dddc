package io.streamweir.support;

import static io.streamweir.support.GatewayClient.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Files of batches, as their users write and read them. */
public final class BatchFile {

  private BatchFile() {}

  /** A line for chat completions. */
  public static String line(String customId, String model) {
    return "{\"custom_id\":\""
        + customId
        + "\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":"
        + GatewayClient.chat(model, "")
        + "}\n";
  }

  /** Lines with the custom ids PREFIX1, PREFIX2, and so on. */
  public static String lines(String prefix, String model, int count) {
    var text = new StringBuilder();
    for (var i = 1; i <= count; i++) {
      text.append(line(prefix + i, model));
    }
    return text.toString();
  }

  /** The lines of an output or error file by custom id; null for those without one. */
  public static Map<String, List<JsonNode>> byCustomId(String content) {
    var lines = new HashMap<String, List<JsonNode>>();
    content
        .lines()
        .forEach(
            line -> {
              var json = json(line);
              lines
                  .computeIfAbsent(json.path("custom_id").textValue(), id -> new ArrayList<>())
                  .add(json);
            });
    return lines;
  }
}
