package io.streamweir.router.admission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.router.outcome.ErrorCode;
import io.streamweir.router.outcome.Excerpt;
import io.streamweir.router.outcome.Rejection;
import io.streamweir.schemas.ChatMessage;
import io.streamweir.schemas.InferenceRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** What the model is asked: a chat or a prompt, not both, not nothing, not too much. */
final class PromptRules {

  private static final Set<String> ROLES = Set.of("system", "user", "assistant", "tool");
  private static final int MOST_TEMPLATE_CHARS = 64 << 10;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final int maxPromptChars;

  PromptRules(int maxPromptChars) {
    this.maxPromptChars = maxPromptChars;
  }

  List<Rule> all() {
    return List.of(
        PromptRules::exactlyOne,
        this::size,
        PromptRules::notEmpty,
        PromptRules::messages,
        PromptRules::templateVariables);
  }

  private static Optional<Rejection> exactlyOne(InferenceRequest request) {
    return request.getPrompt() != null && !request.getMessages().isEmpty()
        ? Rule.reject(
            ErrorCode.INVALID_REQUEST,
            "Both messages and prompt are given, but exactly one of them must be.")
        : Optional.empty();
  }

  private Optional<Rejection> size(InferenceRequest request) {
    var chars = promptChars(request);
    return chars > maxPromptChars
        ? Rule.reject(
            ErrorCode.PROMPT_TOO_LARGE,
            "The prompt has "
                + chars
                + " characters, but must have at most "
                + maxPromptChars
                + " (prompt.max-chars of the router). Shorten it or split the request.")
        : Optional.empty();
  }

  private static Optional<Rejection> notEmpty(InferenceRequest request) {
    return promptChars(request) == 0
        ? Rule.reject(
            ErrorCode.PROMPT_EMPTY,
            request.getPrompt() == null && request.getMessages().isEmpty()
                ? "Neither messages nor prompt is given, but exactly one of them must be."
                : "The prompt has no character, but must have at least one.")
        : Optional.empty();
  }

  private static Optional<Rejection> messages(InferenceRequest request) {
    var messages = request.getMessages();
    return IntStream.range(0, messages.size())
        .mapToObj(i -> message("messages[" + i + "]", messages.get(i)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<Rejection> message(String field, ChatMessage message) {
    if (!ROLES.contains(message.getRole())) {
      return Rule.require(
          false, field + ".role", Excerpt.of(message.getRole()), "system, user, assistant or tool");
    }
    if (message.getToolCalls() != null) {
      return json(field + ".tool_calls", message.getToolCalls(), true);
    }
    return Rule.require(
        message.getContent() != null,
        field + ".content",
        "absent",
        "text, unless the message has tool_calls");
  }

  private static Optional<Rejection> templateVariables(InferenceRequest request) {
    var variables = request.getChatTemplateKwargs();
    var chars = variables.values().stream().mapToLong(String::length).sum();
    if (chars > MOST_TEMPLATE_CHARS) {
      return Rule.require(
          false, "chat_template_kwargs", chars + " characters", "at most " + MOST_TEMPLATE_CHARS);
    }
    return variables.entrySet().stream()
        .map(PromptRules::templateVariable)
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<Rejection> templateVariable(Map.Entry<String, String> variable) {
    var field = "chat_template_kwargs[" + Excerpt.of(variable.getKey()) + "]";
    return json(field, variable.getValue(), false);
  }

  /** JSON is the one place where a lone surrogate can hide in UTF-8 text: as an escape. */
  private static Optional<Rejection> json(String field, String text, boolean array) {
    try {
      var node = JSON.readTree(text);
      if (node == null || node.isMissingNode() || (array && !node.isArray())) {
        return Rule.require(false, field, Excerpt.of(text), array ? "a JSON array" : "JSON");
      }
      return hasLoneSurrogate(node)
          ? Rule.reject(
              ErrorCode.INVALID_TEXT,
              field + " has an escape of half a surrogate pair; send whole Unicode characters.")
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Rule.require(false, field, Excerpt.of(text), array ? "a JSON array" : "JSON");
    }
  }

  private static boolean hasLoneSurrogate(JsonNode node) {
    if (node.isTextual() && isBroken(node.textValue())) {
      return true;
    }
    var broken = false;
    for (var names = node.fieldNames(); names.hasNext() && !broken; ) {
      broken = isBroken(names.next());
    }
    for (var children = node.elements(); children.hasNext() && !broken; ) {
      broken = hasLoneSurrogate(children.next());
    }
    return broken;
  }

  private static boolean isBroken(String text) {
    return text.codePoints().anyMatch(point -> Character.getType(point) == Character.SURROGATE);
  }

  /** Characters that go through the chat template. */
  private static long promptChars(InferenceRequest request) {
    return length(request.getPrompt())
        + (request.getMessages().isEmpty() ? 0 : length(request.getTools()))
        + request.getMessages().stream()
            .mapToLong(
                message ->
                    length(message.getContent())
                        + length(message.getName())
                        + length(message.getToolCalls())
                        + length(message.getToolCallId()))
            .sum();
  }

  private static long length(String text) {
    return text == null ? 0 : text.length();
  }
}
