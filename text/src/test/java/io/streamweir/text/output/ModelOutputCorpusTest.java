package io.streamweir.text.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.streamweir.text.TemplateCorpus;
import io.streamweir.text.output.OutputEvent.ToolCallArguments;
import io.streamweir.text.output.OutputEvent.ToolCallStart;
import io.streamweir.text.tokenizer.TinyTokenizers;
import io.streamweir.text.tokenizer.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The templates of known models: which form is found in each, and whether the calls that a template
 * writes into a conversation are read back.
 */
class ModelOutputCorpusTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Map<ToolCallSyntax, List<String>> MODELS =
      Map.of(
          ToolCallSyntax.HERMES,
          List.of(
              "Qwen-Qwen2.5-7B-Instruct",
              "Qwen-Qwen3-0.6B",
              "Qwen-QwQ-32B",
              "NousResearch-Hermes-2-Pro-Llama-3-8B-tool_use",
              "NousResearch-Hermes-3-Llama-3.1-8B-tool_use",
              "MiMo-VL",
              "Reka-Edge",
              "Bielik-11B-v3.0-Instruct",
              "ibm-granite-granite-4.0",
              "ibm-granite-granite-4.1"),
          ToolCallSyntax.QWEN3_CODER,
          List.of(
              "Qwen3-Coder",
              "Qwen3.5-4B",
              "NVIDIA-Nemotron-3-Nano-30B-A3B-BF16",
              "StepFun3.5-Flash"),
          ToolCallSyntax.LLAMA3,
          List.of(
              "meta-llama-Llama-3.1-8B-Instruct",
              "meta-llama-Llama-3.2-3B-Instruct",
              "meta-llama-Llama-3.3-70B-Instruct"),
          ToolCallSyntax.GLM4,
          List.of(
              "GLM-4.6",
              "GLM-4.7-Flash",
              "poolside-Laguna-S-2.1",
              "poolside-Laguna-XS-2.1",
              "poolside-Laguna-XS.2"),
          ToolCallSyntax.DEEPSEEK,
          List.of(
              "deepseek-ai-DeepSeek-R1-Distill-Llama-8B",
              "deepseek-ai-DeepSeek-R1-Distill-Qwen-32B",
              "deepseek-ai-DeepSeek-V3.1",
              "llama-cpp-deepseek-r1"),
          ToolCallSyntax.MISTRAL,
          List.of(
              "mistralai-Mistral-Nemo-Instruct-2407",
              "Mistral-Small-3.2-24B-Instruct-2506",
              "mistralai-Ministral-3-14B-Reasoning-2512",
              "unsloth-mistral-Devstral-Small-2507"),
          ToolCallSyntax.HARMONY,
          List.of("openai-gpt-oss-120b"));

  @TempDir Path directory;

  @Test
  void shouldFindTheFormWhenTemplatesAreThoseOfKnownModels() throws IOException {
    Path templates = TemplateCorpus.directory().resolve("templates");
    Map<String, ToolCallSyntax> found =
        names(templates).stream()
            .collect(Collectors.toMap(name -> name, name -> find(templates, name).toolCalls()));
    found.values().removeIf(syntax -> syntax == ToolCallSyntax.NONE);
    Map<String, ToolCallSyntax> expected =
        MODELS.entrySet().stream()
            .flatMap(
                entry -> entry.getValue().stream().map(name -> Map.entry(name, entry.getKey())))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void shouldReadTheCallsBackWhenATemplateHasWrittenThem() throws IOException {
    Path corpus = TemplateCorpus.directory();
    JsonNode conversations = JSON.readTree(corpus.resolve("cases.json").toFile());
    JsonNode expected = JSON.readTree(corpus.resolve("expected.json").toFile());
    List<String> different = new ArrayList<>();
    int compared = 0;
    for (String model : MODELS.values().stream().flatMap(List::stream).sorted().toList()) {
      OutputSyntax format = find(corpus.resolve("templates"), model);
      for (String name : List.of("toolcall_dict", "toolcall_par", "think_tools", "floats")) {
        JsonNode rendered = expected.path(model).path(name).path("out");
        if (rendered.isMissingNode()) {
          continue;
        }
        JsonNode conversation = conversations.get(name);
        String answer = answer(format, conversation, rendered.asText());
        List<String> want = written(conversation, answer);
        List<String> got = read(format, conversation, answer);
        compared++;
        if (!got.equals(want)) {
          different.add("%s, %s%n got: %s%nwant: %s".formatted(model, name, got, want));
        }
      }
    }
    assertThat(different).isEmpty();
    assertThat(compared).isGreaterThan(100);
  }

  /** The calls of a conversation; some templates write only the first of several, or none. */
  private static List<String> written(JsonNode conversation, String answer) {
    List<String> calls = new ArrayList<>();
    for (JsonNode message : conversation.get("messages")) {
      for (JsonNode call : message.path("tool_calls")) {
        String name = call.at("/function/name").asText();
        if (answer.contains(name)) {
          calls.add(name + " " + call.at("/function/arguments"));
        }
      }
    }
    return calls;
  }

  /** What stands behind the first question. */
  private static String answer(OutputSyntax format, JsonNode conversation, String rendered) {
    String question = conversation.get("messages").get(0).get("content").asText();
    String answer = rendered.substring(rendered.lastIndexOf(question) + question.length());
    return format.toolCalls() == ToolCallSyntax.LLAMA3
        ? answer.substring(answer.indexOf("{\"name\""))
        : answer;
  }

  private static List<String> read(OutputSyntax format, JsonNode conversation, String answer)
      throws IOException {
    ArrayNode tools = JSON.createArrayNode();
    conversation.path("tools").forEach(tools::add);
    OutputParser parser = format.parser("", Tools.parse(tools.toString()), "r");
    List<String> names = new ArrayList<>();
    List<StringBuilder> arguments = new ArrayList<>();
    List<OutputEvent> events = new ArrayList<>(parser.feed(answer));
    events.addAll(parser.finish());
    for (OutputEvent event : events) {
      if (event instanceof ToolCallStart start) {
        names.add(start.name());
        arguments.add(new StringBuilder());
      } else if (event instanceof ToolCallArguments more) {
        arguments.get(more.index()).append(more.text());
      }
    }
    List<String> calls = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      calls.add(names.get(i) + " " + JSON.readTree(arguments.get(i).toString()));
    }
    return calls;
  }

  private OutputSyntax find(Path templates, String name) {
    try {
      Vocabulary plain = Vocabulary.read(TinyTokenizers.byteFallback(directory));
      String template = Files.readString(templates.resolve(name + ".jinja"));
      return OutputSyntax.find(Optional.of(template), plain, "");
    } catch (IOException e) {
      throw new IllegalStateException("The template " + name + " cannot be read.", e);
    }
  }

  private static List<String> names(Path templates) throws IOException {
    try (var files = Files.list(templates)) {
      return files.map(file -> file.getFileName().toString().replace(".jinja", "")).toList();
    }
  }
}
