package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.ReadingParams;
import io.streamweir.engine.Requests;
import io.streamweir.engine.SamplingParams;
import io.streamweir.engine.SequenceOutput.Reading;
import io.streamweir.engine.TokenMask;
import io.streamweir.engine.core.TokenDecoder;
import io.streamweir.text.detokenize.StreamDetokenizer;
import io.streamweir.text.output.OutputEvent;
import io.streamweir.text.output.OutputSyntax;
import io.streamweir.text.output.ThinkingTags;
import io.streamweir.text.output.ToolCallSyntax;
import io.streamweir.text.tokenizer.HfTokenizer;
import io.streamweir.text.tokenizer.Vocabulary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerDecoderTest {
  private static final OutputSyntax HERMES =
      new OutputSyntax(ToolCallSyntax.HERMES, ThinkingTags.THINK);
  private static final String TOOLS =
      "[{\"type\": \"function\", \"function\": {\"name\": \"f\", \"parameters\": {}}}]";
  private static final String ANSWER =
      "Which? A ü.\n</think>\n\nWait 🙂.\n<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\":"
          + " [1, \"x\"]}}\n</tool_call>\n<tool_call>\n{\"name\": \"g\", \"arguments\": {}}\n</tool_call>";

  private static HfTokenizer tokenizer;

  @BeforeAll
  static void load() {
    tokenizer = HfTokenizer.load(Path.of("../models/support-intents"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void shouldSayTheSameBehindEveryTokenWhenItIsMadeAnewThere() {
    int[] tokens = tokenizer.encode(ANSWER);
    List<Reading> whole = readings(decoder(-1), tokens, 0);
    assertThat(joined(whole))
        .startsWith("thinks Which? A ü.", "says Wait 🙂.")
        .hasSize(7)
        .endsWith("call 1 g", "arguments {}", "end 2");
    assertThat(whole.get(whole.size() - 1).callsTools()).isTrue();

    for (int known = 1; known <= tokens.length; known++) {
      AnswerDecoder resumed = decoder(-1);
      for (int i = 0; i < known; i++) {
        resumed.append(tokens[i]);
      }
      resumed.read();
      assertThat(readings(resumed, tokens, known))
          .as("behind token %d", known)
          .isEqualTo(whole.subList(known, whole.size()));
    }
  }

  @Test
  void shouldCountTheTokensOfTheReasoning() {
    int[] tokens = tokenizer.encode(ANSWER);
    int reasoning = tokenizer.encode("Which? A ü.\n</think>").length;

    List<Reading> readings = readings(decoder(-1), tokens, 0);

    assertThat(readings.get(readings.size() - 1).reasoningTokens())
        .isBetween(reasoning, reasoning + 1);
    assertThat(readings.get(0).reasoningTokens()).isEqualTo(1);
  }

  @Test
  void shouldForceTheEndWhenTheBudgetIsSpentAlsoWhenResumed() {
    int[] endless = tokenizer.encode("So many thoughts come to my mind that I go on and on");
    int[] ending = tokenizer.encode("\n</think>\n\n");
    int budget = 4;
    List<Integer> said = run(decoder(budget), List.of(), endless, budget + ending.length + 2);
    List<Integer> expected = new ArrayList<>();
    IntStream.range(0, budget).forEach(i -> expected.add(endless[i]));
    IntStream.of(ending).forEach(expected::add);
    assertThat(said.subList(0, expected.size())).isEqualTo(expected);

    for (int known = 1; known < said.size(); known++) {
      assertThat(run(decoder(budget), said.subList(0, known), endless, said.size()))
          .as("resumed behind %d tokens", known)
          .isEqualTo(said);
    }
  }

  @Test
  void shouldGiveTheTextBackWhenNoToolIsOffered() {
    String text = "<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>";
    AnswerDecoder decoder =
        new AnswerDecoder(
            new StreamDetokenizer(tokenizer.vocabulary(), List.of(), HERMES.markers()),
            HERMES,
            "assistant\n",
            reading(null));

    assertThat(joined(readings(decoder, tokenizer.encode(text), 0)))
        .containsExactly("says " + text, "end 0");
  }

  private static final String ANY_STRING =
      "{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{\"type\":\"string\"}}}";

  @Test
  void shouldSpellTheControlTokensOfCallsOnlyWhenToolsAreOffered(@TempDir Path directory)
      throws Exception {
    ObjectMapper json = new ObjectMapper();
    Path file = Path.of("../models/support-intents/tokenizer.json");
    ObjectNode model = (ObjectNode) json.readTree(file.toFile());
    ArrayNode added = model.withArray("added_tokens");
    int id = added.size() + model.at("/model/vocab").size();
    added.add(((ObjectNode) added.get(0).deepCopy()).put("id", id).put("content", "[TOOL_CALLS]"));
    added.add(((ObjectNode) added.get(0).deepCopy()).put("id", id + 1).put("content", "[/THINK]"));
    json.writeValue(directory.resolve("tokenizer.json").toFile(), model);
    VocabularyDecoders decoders =
        new VocabularyDecoders(
            Vocabulary.read(directory),
            new OutputSyntax(ToolCallSyntax.MISTRAL, ThinkingTags.BRACKETS),
            Set.of(0));
    EngineRequest request = Requests.online("r", new int[] {1}, SamplingParams.greedy(9));

    TokenDecoder without = decoders.create(request.withReading(reading(null)));
    assertThat(without.append(id)).isEmpty();
    assertThat(without.append(id + 1)).isEqualTo("[/THINK]");
    TokenDecoder with = decoders.create(request.withReading(reading(TOOLS)));
    assertThat(with.append(id)).isEqualTo("[TOOL_CALLS]");

    TokenMask mask = decoders.constrain(ANY_STRING).create();
    mask.accept(tokenizer.encode("\"")[0]);
    long[] allowed = new long[(id + 1) / 64 + 1];
    Arrays.fill(allowed, -1);
    mask.apply(allowed);
    assertThat(allowed[id >> 6] >>> id & 1).as("no call may come").isZero();
    assertThat(allowed[id + 1 >> 6] >>> id + 1 & 1).as("[/THINK] is text here").isEqualTo(1);
  }

  @Test
  void shouldRefuseAFormatWhenNoTokenCouldEndTheAnswer() {
    VocabularyDecoders decoders = new VocabularyDecoders(tokenizer.vocabulary(), HERMES, Set.of());
    assertThatThrownBy(() -> decoders.constrain(ANY_STRING))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("eos_token_id");
    assertThat(decoders.constrain("{\"type\":\"text\"}")).isNull();
  }

  private static ReadingParams reading(String tools) {
    return new ReadingParams(tools, "r", -1, new int[0]);
  }

  /** The tokens of an answer of a model that would say the endless text by position. */
  private static List<Integer> run(
      AnswerDecoder decoder, List<Integer> known, int[] endless, int count) {
    List<Integer> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int token =
          i < known.size() ? known.get(i) : decoder.forced().orElse(endless[i % endless.length]);
      decoder.append(token);
      tokens.add(token);
    }
    return tokens;
  }

  private static AnswerDecoder decoder(int budget) {
    return new AnswerDecoder(
        new StreamDetokenizer(tokenizer.vocabulary(), List.of(), HERMES.markers()),
        HERMES,
        "<|im_start|>assistant\n<think>\n",
        new ReadingParams(TOOLS, "r", budget, tokenizer.encode("\n</think>\n\n")));
  }

  /** What each token from a place on says, and at last the end. */
  private static List<Reading> readings(AnswerDecoder decoder, int[] tokens, int from) {
    List<Reading> readings = new ArrayList<>();
    for (int i = from; i < tokens.length; i++) {
      decoder.append(tokens[i]);
      readings.add(decoder.read());
    }
    decoder.finish();
    readings.add(decoder.read());
    return readings;
  }

  private static List<String> joined(List<Reading> readings) {
    List<String> lines = new ArrayList<>();
    for (Reading reading : readings) {
      for (OutputEvent event : reading.events()) {
        if (event instanceof OutputEvent.Reasoning it) {
          join(lines, "thinks ", it.text());
        } else if (event instanceof OutputEvent.Content it) {
          join(lines, "says ", it.text());
        } else if (event instanceof OutputEvent.ToolCallStart it) {
          lines.add("call " + it.index() + " " + it.name());
        } else if (event instanceof OutputEvent.ToolCallArguments it) {
          join(lines, "arguments ", it.text());
        } else if (event instanceof OutputEvent.End it) {
          lines.add("end " + it.toolCalls());
        }
      }
    }
    return lines;
  }

  private static void join(List<String> lines, String kind, String text) {
    int last = lines.size() - 1;
    if (last >= 0 && lines.get(last).startsWith(kind)) {
      lines.set(last, lines.get(last) + text);
    } else {
      lines.add(kind + text);
    }
  }
}
