package io.streamweir.text.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.text.grammar.AnswerFormat.Begins;
import io.streamweir.text.grammar.answer.AnswerGrammar;
import io.streamweir.text.grammar.schema.SchemaBudget;
import io.streamweir.text.output.OutputEvent;
import io.streamweir.text.output.OutputSyntax;
import io.streamweir.text.output.ThinkingTags;
import io.streamweir.text.output.ToolCallSyntax;
import io.streamweir.text.output.ToolOffer;
import io.streamweir.text.output.Tools;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AnswerFormatTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WALKS = 15;
  private static final int PATIENCE = 60;
  private static final String TOOLS =
      """
      [{"type": "function", "function": {"name": "book", "strict": true, "parameters":
         {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"},
          "kind": {"type": "string", "enum": ["room", "flat"]}}, "required": ["city", "days"],
          "additionalProperties": false}}},
       {"type": "function", "function": {"name": "ping"}}]""";

  @ParameterizedTest
  @EnumSource(ToolCallSyntax.class)
  void shouldLetNothingButValidCallsThroughWhenACallIsRequired(ToolCallSyntax syntax)
      throws Exception {
    var constraint = constraint(format(syntax, true, true, Begins.BEHIND, Optional.empty()));
    Random random = new Random(5);
    int ended = 0;
    for (int walk = 0; walk < WALKS; walk++) {
      Optional<String> text = Tokens.randomWalk(constraint, random, PATIENCE);
      if (text.isPresent()) {
        ended++;
        List<OutputEvent> events = read(syntax, "", text.get());
        assertThat(said(events, OutputEvent.Content.class)).as(text.get()).isEmpty();
        assertCalls(events, text.get());
      }
    }
    assertThat(ended).as("walks that came to an end").isPositive();
  }

  @Test
  void shouldLetStringsStandAsPlainTextWhereEachArgumentHasATag() throws Exception {
    var qwen =
        constraint(format(ToolCallSyntax.QWEN3_CODER, true, true, Begins.BEHIND, Optional.empty()));
    var call =
        "<tool_call>\n<function=book>\n<parameter=city>\nBonn \"am\" <Rhein>\n</parameter>\n"
            + "<parameter=days>\n%s\n</parameter>\n</function>\n</tool_call>";
    assertThat(Tokens.reaches(qwen, call.formatted("3"))).isTrue();
    assertCalls(read(ToolCallSyntax.QWEN3_CODER, "", call.formatted("3")), call);
    assertThat(Tokens.reaches(qwen, call.formatted("three"))).isFalse();
    var glm = constraint(format(ToolCallSyntax.GLM4, true, true, Begins.BEHIND, Optional.empty()));
    var other =
        "<tool_call>book\n<arg_key>city</arg_key>\n<arg_value>Bonn</arg_value>\n"
            + "<arg_key>days</arg_key>\n<arg_value>3</arg_value>\n%s</tool_call>";
    assertThat(Tokens.reaches(glm, other.formatted(""))).isTrue();
    assertCalls(read(ToolCallSyntax.GLM4, "", other.formatted("")), other);
    var kind = "<arg_key>kind</arg_key>\n<arg_value>%s</arg_value>\n";
    assertThat(Tokens.reaches(glm, other.formatted(kind.formatted("flat")))).isTrue();
    assertThat(Tokens.reaches(glm, other.formatted(kind.formatted("hut")))).isFalse();
  }

  /** The forms of Llama and of gpt-oss have one call in any case. */
  @ParameterizedTest
  @EnumSource(ToolCallSyntax.class)
  void shouldAllowOneCallOnlyWhenTheyMustNotBeParallel(ToolCallSyntax syntax) {
    var constraint = constraint(format(syntax, true, false, Begins.BEHIND, Optional.empty()));
    Random random = new Random(6);
    for (int walk = 0; walk < WALKS / 3; walk++) {
      Tokens.randomWalk(constraint, random, PATIENCE)
          .ifPresent(
              text ->
                  assertThat(said(read(syntax, "", text), OutputEvent.ToolCallStart.class))
                      .as(text)
                      .hasSize(1));
    }
  }

  @Test
  void shouldLetContentThroughAndHoldTheCallsThatFollowIt() throws Exception {
    var constraint =
        constraint(format(ToolCallSyntax.HERMES, false, true, Begins.BEHIND, Optional.empty()));

    assertThat(Tokens.reaches(constraint, "It rains, 5 < 6. <tool> {\"name\": 1}")).isTrue();
    assertThat(Tokens.reaches(constraint, "")).isTrue();
    var call =
        "<tool_call>\n{\"name\": \"book\", \"arguments\": {\"city\": \"Bonn\", \"days\": %s}}";
    var good = "Wait.\n" + call.formatted("2") + "\n</tool_call>";
    assertThat(Tokens.reaches(constraint, good)).isTrue();
    assertCalls(read(ToolCallSyntax.HERMES, "", good), good);
    assertThat(Tokens.reaches(constraint, good + "\n" + call.formatted("3") + "\n</tool_call>"))
        .isTrue();
    assertThat(Tokens.reaches(constraint, "Wait.\n" + call.formatted("\"2\"") + "\n</tool_call>"))
        .isFalse();
    assertThat(Tokens.reaches(constraint, "Wait.\n" + call.formatted("2"))).isFalse();
    assertThat(Tokens.reaches(constraint, good + " and more")).isFalse();
    assertThat(
            Tokens.reaches(
                constraint, "<tool_call>\n{\"name\": \"other\", \"arguments\": {}}\n</tool_call>"))
        .isFalse();
  }

  @Test
  void shouldHoldTheMessagesOfGptOss() throws Exception {
    var reasoning = "<|channel|>analysis<|message|>Hm, <x>?<|end|><|start|>assistant";
    var call =
        "<|channel|>commentary to=functions.book <|constrain|>json<|message|>{\"city\": \"Bonn\","
            + " \"days\": %s}";
    var last = "<|channel|>final<|message|>It rains.";
    var required =
        constraint(format(ToolCallSyntax.HARMONY, true, true, Begins.BEHIND, Optional.empty()));
    assertThat(Tokens.reaches(required, call.formatted("2"))).isTrue();
    assertThat(Tokens.reaches(required, reasoning + reasoning + call.formatted("2"))).isTrue();
    assertCalls(read(ToolCallSyntax.HARMONY, "", reasoning + call.formatted("2")), call);
    assertThat(
            Tokens.reaches(required, " to=functions.ping<|channel|>commentary json<|message|>{}"))
        .isTrue();
    var ending =
        new OutputSyntax(ToolCallSyntax.HARMONY, ThinkingTags.NONE).endOfThinking(true).get();
    assertThat(
            Tokens.reaches(
                required,
                "<|channel|>analysis<|message|>Hm"
                    + ending
                    + "functions.ping <|constrain|>json<|message|>{}"))
        .isTrue();
    assertThat(Tokens.reaches(required, call.formatted("\"2\""))).isFalse();
    assertThat(Tokens.reaches(required, call.replace("book", "other").formatted("2"))).isFalse();
    assertThat(Tokens.reaches(required, last)).isFalse();
    assertThat(Tokens.reaches(required, reasoning)).isFalse();
    var free =
        constraint(format(ToolCallSyntax.HARMONY, false, true, Begins.BEHIND, Optional.empty()));
    assertThat(Tokens.reaches(free, reasoning + last)).isTrue();
    assertThat(Tokens.reaches(free, reasoning + call.formatted("2"))).isTrue();
    assertThat(Tokens.reaches(free, call.formatted("\"2\""))).isFalse();
    assertThat(Tokens.reaches(free, last + "<|end|><|start|>assistant" + call.formatted("\"2\"")))
        .isFalse();
    var held =
        constraint(
            format(
                ToolCallSyntax.HARMONY,
                false,
                true,
                Begins.BEHIND,
                Optional.of("{\"type\": \"json_object\"}")));
    assertThat(Tokens.reaches(held, "<|channel|>final<|message|>{\"a\": 1}")).isTrue();
    assertThat(Tokens.reaches(held, last)).isFalse();
    assertThat(Tokens.reaches(held, call.formatted("2"))).isTrue();
  }

  @Test
  void shouldHoldOnlyWhatComesBehindTheReasoning() {
    var content = Optional.of("{\"type\": \"json_object\"}");
    var inside =
        constraint(new AnswerFormat(ThinkingTags.THINK, Begins.INSIDE, content, Optional.empty()));
    var free =
        constraint(new AnswerFormat(ThinkingTags.THINK, Begins.FREE, content, Optional.empty()));

    assertThat(Tokens.reaches(inside, "Hm, {?\n</think>\n\n{\"a\": 1}")).isTrue();
    assertThat(Tokens.reaches(inside, "</think>{}")).isTrue();
    assertThat(Tokens.reaches(inside, "{\"a\": 1}")).isFalse();
    assertThat(Tokens.reaches(inside, "Hm.\n</think>\n\nNo.")).isFalse();
    assertThat(Tokens.reaches(free, "<think>\nHm.\n</think>\n\n{}")).isTrue();
    assertThat(Tokens.reaches(free, "{}")).isTrue();
    assertThat(Tokens.reaches(free, "Hm.\n</think>\n\n{}")).isFalse();
  }

  @Test
  void shouldTakeEitherContentOfTheFormatOrCalls() {
    var constraint =
        constraint(
            format(
                ToolCallSyntax.HERMES,
                false,
                true,
                Begins.BEHIND,
                Optional.of("{\"type\": \"choice\", \"choice\": [\"yes\", \"no\"]}")));

    assertThat(Tokens.reaches(constraint, "yes")).isTrue();
    assertThat(
            Tokens.reaches(
                constraint, "<tool_call>\n{\"name\": \"ping\", \"arguments\": {}}\n</tool_call>"))
        .isTrue();
    assertThat(Tokens.reaches(constraint, "maybe")).isFalse();
  }

  @Test
  void shouldSayWhichToolCannotBeHeldToItsSchema() {
    var tools = tools("{\"type\": \"object\", \"properties\": {\"a\": {\"not\": {}}}}", true);
    assertThatThrownBy(() -> format(tools, ToolCallSyntax.HERMES).check())
        .isInstanceOf(ConstraintException.class)
        .hasMessageContaining("'not' at #/properties/a")
        .hasMessageContaining("tool f");
    var text =
        tools(
            "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\","
                + " \"pattern\": \"x\"}}}",
            true);
    format(text, ToolCallSyntax.HERMES).check();
    assertThatThrownBy(() -> format(text, ToolCallSyntax.GLM4).check())
        .hasMessageContaining("'pattern' at #/properties/a");
  }

  @Test
  void shouldTakeAnyObjectForASchemaThatCannotBeFollowedUnlessStrict() {
    var tools = tools("{\"type\": \"object\", \"properties\": {\"a\": {\"not\": {}}}}", false);
    var constraint = constraint(format(tools, ToolCallSyntax.HERMES));

    assertThat(
            Tokens.reaches(
                constraint,
                "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"b\": 1}}\n</tool_call>"))
        .isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = ToolCallSyntax.class,
      names = {"HERMES", "DEEPSEEK", "GLM4"})
  void shouldRefuseToolsThatAreTooLargeTogetherAlsoWhenTheyAreNotStrict(ToolCallSyntax syntax) {
    var function =
        "{\"type\": \"function\", \"function\": {\"name\": \"f%d\", \"parameters\": {\"properties\": {%s}}}}";
    var properties = join(500, i -> "\"p%d\": {\"type\": \"integer\"}".formatted(i));
    var tools = "[" + join(128, i -> function.formatted(i, properties)) + "]";
    var budget = new SchemaBudget();

    assertThatThrownBy(
            () -> grammar(format(ToolOffer.parse(tools, "\"required\""), syntax), budget))
        .isInstanceOf(ConstraintException.class)
        .hasMessageMatching(".* in the parameters of the tool f\\d+: .* more than 20000 parts.*");
    assertThat(budget.parts()).isBetween(20_001, 20_500);
  }

  @Test
  void shouldTranslateWhatTheArgumentsOfAToolHaveInCommonOnce() {
    var definition = join(500, i -> "\"d%d\": {\"type\": \"integer\"}".formatted(i));
    var properties = join(400, i -> "\"p%d\": {\"$ref\": \"#/$defs/all\"}".formatted(i));
    var tools =
        tools(
            "{\"$defs\": {\"all\": {\"type\": \"object\", \"properties\": {%s}}}, \"properties\": {%s}}"
                .formatted(definition, properties),
            true);
    var budget = new SchemaBudget();

    grammar(format(tools, ToolCallSyntax.QWEN3_CODER), budget);

    assertThat(budget.parts()).isLessThan(2_000);
  }

  @Test
  void shouldHoldTheArgumentsThatCanBeHeldBesideOnesThatCannot() {
    var tools =
        tools(
            "{\"$defs\": {\"odd\": {\"items\": {\"$ref\": \"#/$defs/no\"}}, \"no\": {\"not\": {}},"
                + " \"few\": {\"enum\": [1, 2]}}, \"required\": [\"a\", \"b\", \"c\", \"d\"],"
                + " \"properties\": {\"a\": {\"$ref\": \"#/$defs/few\"}, \"b\": {\"$ref\": \"#/$defs/odd\"},"
                + " \"c\": {\"$ref\": \"#/$defs/no\"}, \"d\": {\"$ref\": \"#/$defs/few\"}}}",
            false);
    var constraint = constraint(format(tools, ToolCallSyntax.GLM4));
    var argument = "<arg_key>%s</arg_key>\n<arg_value>%s</arg_value>\n";
    var call =
        "<tool_call>f\n"
            + argument.formatted("a", "1")
            + argument.formatted("b", "odd")
            + argument.formatted("c", "no")
            + argument.formatted("d", "%s")
            + "</tool_call>";

    assertThat(Tokens.reaches(constraint, call.formatted("2"))).isTrue();
    assertThat(Tokens.reaches(constraint, call.formatted("3"))).isFalse();
  }

  @Test
  void shouldNotCheckAgainWhatWasRefused() {
    var checks = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(
              () ->
                  ResponseFormat.checkOnce(
                      "refused once",
                      () -> {
                        checks.incrementAndGet();
                        throw new ConstraintException("not", "#", "no");
                      }))
          .isInstanceOf(ConstraintException.class)
          .hasMessageContaining("'not' at #: no");
    }
    assertThat(checks).hasValue(1);
  }

  private static String join(int count, IntFunction<String> element) {
    return IntStream.range(0, count).mapToObj(element).collect(Collectors.joining(", "));
  }

  private static void grammar(AnswerFormat format, SchemaBudget budget) {
    AnswerGrammar.of(format, Optional.empty(), budget);
  }

  private static ToolOffer tools(String parameters, boolean strict) {
    return ToolOffer.parse(
        "[{\"type\": \"function\", \"function\": {\"name\": \"f\", \"strict\": %s, \"parameters\": %s}}]"
            .formatted(strict, parameters),
        "\"required\"");
  }

  private static AnswerFormat format(ToolOffer offer, ToolCallSyntax syntax) {
    var calls = new AnswerFormat.Calls(syntax, true, true, offer.functions());
    return new AnswerFormat(ThinkingTags.NONE, Begins.BEHIND, Optional.empty(), Optional.of(calls));
  }

  private static AnswerFormat format(
      ToolCallSyntax syntax,
      boolean required,
      boolean parallel,
      Begins begins,
      Optional<String> content) {
    var functions = ToolOffer.parse(TOOLS, null).functions();
    return new AnswerFormat(
        ThinkingTags.NONE,
        begins,
        content,
        Optional.of(new AnswerFormat.Calls(syntax, required, parallel, functions)));
  }

  private static Constraint constraint(AnswerFormat format) {
    format.check();
    return AnswerFormat.compile(format.toJson(), Tokens.compiler()).orElseThrow();
  }

  private static List<OutputEvent> read(ToolCallSyntax syntax, String prompt, String text) {
    var format = new OutputSyntax(syntax, ThinkingTags.NONE).withCalls();
    var parser = format.parser(prompt, Tools.parse(TOOLS), "r");
    List<OutputEvent> events = new ArrayList<>(parser.feed(text));
    events.addAll(parser.finish());
    return events;
  }

  private static <T extends OutputEvent> List<T> said(List<OutputEvent> events, Class<T> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private static void assertCalls(List<OutputEvent> events, String text) throws Exception {
    var starts = said(events, OutputEvent.ToolCallStart.class);
    assertThat(starts).as(text).isNotEmpty();
    assertThat(events.get(events.size() - 1)).isEqualTo(new OutputEvent.End(starts.size(), false));
    for (var start : starts) {
      var json = new StringBuilder();
      said(events, OutputEvent.ToolCallArguments.class).stream()
          .filter(arguments -> arguments.index() == start.index())
          .forEach(arguments -> json.append(arguments.text()));
      JsonNode arguments = JSON.readTree(json.toString());
      assertThat(start.name()).isIn("book", "ping");
      if (start.name().equals("ping")) {
        assertThat(arguments).as(text).isEmpty();
      } else {
        assertThat(arguments.path("city").isTextual()).as(text).isTrue();
        assertThat(arguments.path("days").isIntegralNumber()).as(text).isTrue();
        assertThat(arguments.path("kind").asText("room")).as(text).isIn("room", "flat");
      }
    }
  }
}
