package io.streamweir.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.text.template.TrustedText;
import io.streamweir.text.tokenizer.InvalidTextException;
import io.streamweir.text.tokenizer.WellFormedText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Messages in the form that a chat template takes: content that is null is the empty text, and the
 * arguments of tool calls are objects, where OpenAI's requests have JSON in a string, unless the
 * template wants it otherwise.
 */
final class MessageVariables {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Some templates write {@code <|role|>}; that is only a control token for these roles. */
  private static final Set<String> KNOWN_ROLES =
      Set.of("system", "developer", "user", "assistant", "model", "tool", "function", "ipython");

  private MessageVariables() {}

  static List<Map<String, Object>> of(List<Message> messages, MessageForm form) {
    List<Map<String, Object>> variables = new ArrayList<>();
    for (Message message : messages) {
      variables.add(of("messages[" + variables.size() + "].", message, form));
    }
    return variables;
  }

  private static Map<String, Object> of(String place, Message message, MessageForm form) {
    Map<String, Object> variables = new LinkedHashMap<>();
    String role = WellFormedText.require(place + "role", message.role());
    variables.put("role", KNOWN_ROLES.contains(role) ? new TrustedText(role) : role);
    String content = message.content() == null ? "" : message.content();
    WellFormedText.require(place + "content", content);
    variables.put("content", form.contentParts() ? List.of(textPart(content)) : content);
    if (message.name() != null) {
      variables.put("name", WellFormedText.require(place + "name", message.name()));
    }
    if (message.toolCallsJson() != null) {
      variables.put("tool_calls", toolCalls(place + "tool_calls", message.toolCallsJson(), form));
    }
    if (message.toolCallId() != null) {
      String id = WellFormedText.require(place + "tool_call_id", message.toolCallId());
      variables.put("tool_call_id", id);
    }
    return variables;
  }

  /** In this order, should a template write it as JSON: a prompt is a function of its request. */
  private static Map<String, Object> textPart(String content) {
    Map<String, Object> part = new LinkedHashMap<>();
    part.put("type", "text");
    part.put("text", content);
    return part;
  }

  private static List<Map<String, Object>> toolCalls(String place, String json, MessageForm form) {
    List<Map<String, Object>> calls;
    try {
      calls = JSON.readValue(json, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new InvalidTextException(
          place + " is not a JSON array of objects: " + e.getOriginalMessage());
    }
    if (calls == null || calls.contains(null)) {
      throw new InvalidTextException(place + " is not a JSON array of objects.");
    }
    if (!form.argumentsText()) {
      calls.forEach(MessageVariables::parseArguments);
    }
    return calls;
  }

  private static void parseArguments(Map<String, Object> call) {
    if (call.get("function") instanceof Map<?, ?> function
        && function.get("arguments") instanceof String arguments) {
      Map<String, Object> parsed = new LinkedHashMap<>();
      function.forEach((key, value) -> parsed.put((String) key, value));
      parsed.put("arguments", objectOrText(arguments));
      call.put("function", parsed);
    }
  }

  // A model may have written arguments that are no JSON; the history still has to be rendered.
  private static Object objectOrText(String arguments) {
    try {
      Map<String, Object> object = JSON.readValue(arguments, new TypeReference<>() {});
      return object == null ? arguments : object;
    } catch (JsonProcessingException e) {
      return arguments;
    }
  }
}
