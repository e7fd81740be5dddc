package io.streamweir.bench.text;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.text.template.ChatTemplate;
import io.streamweir.text.template.TemplateLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Renders a conversation of ten turns with tools, again and again. */
final class TemplateLoad {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TURNS = 10;
  private static final String TOOL =
      """
      {"type": "function", "function": {"name": "%s", "description": "%s", "parameters":
        {"type": "object", "properties": {"order": {"type": "string", "description": "its number"},
          "count": {"type": "integer"}}, "required": ["order"]}}}
      """;
  private static final String CALL =
      """
      [{"id": "call00001", "type": "function",
        "function": {"name": "find_order", "arguments": {"order": "732201349959", "count": 1}}}]
      """;

  private final ChatTemplate template;
  private final Map<String, Object> variables;

  private TemplateLoad(ChatTemplate template, Map<String, Object> variables) {
    this.template = template;
    this.variables = variables;
  }

  /**
   * @param model a directory with chat_template.jinja, or tokenizer_config.json with a template
   */
  static TemplateLoad of(Path model) throws IOException {
    return new TemplateLoad(
        ChatTemplate.parse(source(model), TemplateLimits.DEFAULT), conversation());
  }

  private static String source(Path model) throws IOException {
    Path file = model.resolve("chat_template.jinja");
    if (Files.exists(file)) {
      return Files.readString(file);
    }
    JsonNode config = JSON.readTree(model.resolve("tokenizer_config.json").toFile());
    JsonNode template = config.path("chat_template");
    if (!template.isTextual()) {
      throw new IllegalArgumentException(
          model
              + " has no chat template: no chat_template.jinja, and no chat_template in"
              + " tokenizer_config.json. Leave the load TEMPLATES out, or give another model.");
    }
    return template.textValue();
  }

  private static Map<String, Object> conversation() throws IOException {
    List<Map<String, Object>> messages = new ArrayList<>();
    messages.add(message("system", "You help customers of a shop. Answer in one sentence."));
    for (int turn = 0; turn < TURNS; turn++) {
      messages.add(
          message("user", "Where is my order 732201349959, and what about number " + turn));
      if (turn % 2 == 0) {
        Map<String, Object> call = message("assistant", "");
        call.put("tool_calls", JSON.readValue(CALL, new TypeReference<>() {}));
        messages.add(call);
        Map<String, Object> result = message("tool", "{\"state\": \"shipped\", \"days\": 2}");
        result.put("tool_call_id", "call00001");
        messages.add(result);
      }
      messages.add(message("assistant", "It was shipped and arrives within two days."));
    }
    messages.add(message("user", "Thank you. Can it come earlier?"));
    List<Map<String, Object>> tools = new ArrayList<>();
    for (String name : List.of("find_order", "cancel_order", "call_a_human")) {
      tools.add(
          JSON.readValue(
              TOOL.formatted(name, "What a customer wants of an order."),
              new TypeReference<>() {}));
    }
    Map<String, Object> variables = new HashMap<>();
    variables.put("messages", messages);
    variables.put("tools", tools);
    variables.put("documents", null);
    variables.put("add_generation_prompt", true);
    return variables;
  }

  private static Map<String, Object> message(String role, String content) {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("role", role);
    message.put("content", content);
    return message;
  }

  /**
   * @param renderings timed ones, after as many others
   */
  Map<String, Object> run(int renderings) {
    Samples samples = new Samples();
    int characters = 0;
    for (int i = 0; i < 2 * renderings; i++) {
      long start = CpuTime.nanos();
      characters = template.renderMarked(variables).text().length();
      if (i >= renderings) {
        samples.add(CpuTime.nanos() - start);
      }
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("characters", characters);
    result.put("render_us", samples.micros());
    return result;
  }
}
