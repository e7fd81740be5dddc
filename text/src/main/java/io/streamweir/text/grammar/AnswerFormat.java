package io.streamweir.text.grammar;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.text.output.ThinkingTags;
import io.streamweir.text.output.ToolCallSyntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a whole answer has to look like: reasoning, then content or tool calls. Where the prompt is
 * made it is written as JSON of type {@code answer}, where the answer is made it is read; there a
 * {@code response_format} is read, too.
 *
 * @param thinking what the model writes around its reasoning
 * @param begins where the answer begins
 * @param content a {@code response_format} as JSON that the content has to follow
 * @param calls how tools are called
 */
public record AnswerFormat(
    ThinkingTags thinking, Begins begins, Optional<String> content, Optional<Calls> calls) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TYPE = "answer";

  public AnswerFormat {
    requireNonNull(thinking, "thinking is null");
    requireNonNull(begins, "begins is null");
    if (content.isEmpty() && calls.isEmpty()) {
      throw new IllegalArgumentException("An answer of any form needs no format.");
    }
  }

  /** Where an answer begins. */
  public enum Begins {
    /** Inside the reasoning, which the prompt has opened. */
    INSIDE,
    /** Before it: the model may think or not. */
    FREE,
    /** Behind it, or there is none. */
    BEHIND
  }

  /**
   * How tools are called.
   *
   * @param required whether the answer consists of calls; else it may be content
   * @param parallel whether there may be several
   * @param functions what may be called, as the objects {@code function} of {@code tools}
   */
  public record Calls(
      ToolCallSyntax syntax, boolean required, boolean parallel, List<JsonNode> functions) {}

  /** As JSON, for {@link #compile}. */
  public String toJson() {
    ObjectNode json =
        JSON.createObjectNode()
            .put("type", TYPE)
            .put("thinking", thinking.name())
            .put("begins", begins.name());
    content.ifPresent(format -> json.set("content", tree(format)));
    calls.ifPresent(
        some -> {
          ObjectNode node =
              json.putObject("calls")
                  .put("syntax", some.syntax.name())
                  .put("required", some.required)
                  .put("parallel", some.parallel);
          ArrayNode functions = node.putArray("functions");
          some.functions.forEach(functions::add);
        });
    return json.toString();
  }

  static AnswerFormat parse(String json) {
    JsonNode node = tree(json);
    JsonNode calls = node.path("calls");
    List<JsonNode> functions = new ArrayList<>();
    calls.path("functions").forEach(functions::add);
    return new AnswerFormat(
        ThinkingTags.valueOf(node.path("thinking").asText()),
        Begins.valueOf(node.path("begins").asText()),
        Optional.of(node.path("content")).filter(JsonNode::isObject).map(JsonNode::toString),
        calls.isMissingNode()
            ? Optional.empty()
            : Optional.of(
                new Calls(
                    ToolCallSyntax.valueOf(calls.path("syntax").asText()),
                    calls.path("required").asBoolean(),
                    calls.path("parallel").asBoolean(),
                    functions)));
  }

  /** Whether a text for {@link #compile} lets tools be called. */
  public static boolean calls(String json) {
    JsonNode node = tree(json);
    return node.path("type").asText().equals(TYPE) && node.has("calls");
  }

  /**
   * The constraint of a format of whole answers, or of a {@code response_format}.
   *
   * @return empty if any text will do
   * @throws ConstraintException if the format is broken, not supported or too large
   */
  public static Optional<Constraint> compile(String json, ConstraintCompiler compiler) {
    return tree(json).path("type").asText().equals(TYPE)
        ? ResponseFormat.guarded(() -> Optional.of(compiler.compile(new OutputFormat.Answer(json))))
        : ResponseFormat.compile(json, compiler);
  }

  /**
   * Whether the format can be followed, apart from any vocabulary.
   *
   * @throws ConstraintException if not
   */
  public void check() {
    ResponseFormat.checkOnce(toJson(), () -> FormatGrammar.of(new OutputFormat.Answer(toJson())));
  }

  private static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new ConstraintException(
          "response_format", "the beginning", "it is no JSON: " + e.getOriginalMessage());
    }
  }
}
