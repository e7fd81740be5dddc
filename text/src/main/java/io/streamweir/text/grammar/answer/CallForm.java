package io.streamweir.text.grammar.answer;

import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.grammar.rule.Choice;
import io.streamweir.text.grammar.rule.Loop;
import io.streamweir.text.grammar.rule.Rule;
import io.streamweir.text.grammar.rule.Sequence;
import io.streamweir.text.output.Markers;
import io.streamweir.text.output.ToolCallSyntax;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * How a family of models writes its tool calls, as rules: all of them, from the opening marker to
 * the end of the answer.
 */
abstract class CallForm {
  final List<Tool> tools;
  final boolean parallel;

  CallForm(List<Tool> tools, boolean parallel) {
    this.tools = tools;
    this.parallel = parallel;
  }

  static CallForm of(ToolCallSyntax syntax, List<Tool> tools, boolean parallel) {
    return switch (syntax) {
      case HERMES, NONE -> new Hermes(tools, parallel);
      case LLAMA3 -> new Llama(tools);
      case MISTRAL -> new Mistral(tools, parallel);
      case DEEPSEEK -> new DeepSeek(tools, parallel);
      case QWEN3_CODER -> new TaggedForm(TaggedForm.Tags.QWEN3_CODER, tools, parallel);
      case GLM4 -> new TaggedForm(TaggedForm.Tags.GLM4, tools, parallel);
      case HARMONY -> new HarmonyForm(tools);
    };
  }

  /** The marker with which calls begin. */
  abstract String opening();

  /** What follows the opening, to the end of the answer. */
  abstract Rule afterOpening();

  /** Content, or a text that goes over into calls. */
  Rule contentOrCalls() {
    return new Choice(
        List.of(
            Texts.lexeme(Texts.without(opening())),
            new Sequence(Texts.lexeme(Texts.upTo(opening())), afterOpening())));
  }

  /** Content of a form of its own, or calls. */
  Rule contentOrCalls(Rule content) {
    return new Choice(List.of(content, calls()));
  }

  /** Calls and nothing else. */
  Rule calls() {
    return new Sequence(Texts.exactly(opening()), afterOpening());
  }

  final Rule anyTool(Function<Tool, Rule> rule) {
    return new Choice(tools.stream().map(rule).toList());
  }

  /** An object with a name and the arguments. */
  final Rule object(String argumentsKey) {
    return anyTool(
        tool ->
            new Sequence(
                Texts.exactly("{\"name\": \"%s\", \"%s\": ".formatted(tool.name(), argumentsKey)),
                tool.arguments(),
                Texts.exactly("}")));
  }

  /** A call, and more of them if that is allowed. */
  final Rule repeated(Rule call, String separator) {
    Optional<Rule> between =
        separator.isEmpty() ? Optional.empty() : Optional.of(Texts.exactly(separator));
    return new Loop(List.of(), call, between, 1, parallel ? Loop.UNBOUNDED : 1);
  }

  private static final class Hermes extends CallForm {
    Hermes(List<Tool> tools, boolean parallel) {
      super(tools, parallel);
    }

    @Override
    String opening() {
      return Markers.TOOL_CALL;
    }

    @Override
    Rule afterOpening() {
      Rule call =
          new Sequence(
              Texts.exactly("\n"),
              object("arguments"),
              Texts.exactly("\n" + Markers.TOOL_CALL_END));
      return repeated(call, "\n" + Markers.TOOL_CALL);
    }
  }

  /** Has no marker, so content must not look like a call; its templates know one call only. */
  private static final class Llama extends CallForm {
    Llama(List<Tool> tools) {
      super(tools, false);
    }

    @Override
    String opening() {
      return "";
    }

    @Override
    Rule afterOpening() {
      return object("parameters");
    }

    @Override
    Rule calls() {
      return afterOpening();
    }

    @Override
    Rule contentOrCalls() {
      Regex space = Regex.star(Regex.union(Texts.literal(" "), Texts.literal("\n")));
      Regex likeCall = Regex.concat(space, Texts.literal("{"), Texts.anything());
      Regex content =
          Regex.intersection(Texts.without(Markers.PYTHON_TAG), Regex.complement(likeCall));
      return new Choice(List.of(Texts.lexeme(content), calls()));
    }
  }

  /** An array of objects, or (newer models) a name and the arguments; a model knows one of them. */
  private static final class Mistral extends CallForm {
    Mistral(List<Tool> tools, boolean parallel) {
      super(tools, parallel);
    }

    @Override
    String opening() {
      return Markers.TOOL_CALLS;
    }

    @Override
    Rule afterOpening() {
      Rule array =
          new Sequence(Texts.exactly("["), repeated(object("arguments"), ", "), Texts.exactly("]"));
      Rule named =
          anyTool(
              tool -> new Sequence(Texts.exactly(tool.name() + Markers.ARGS), tool.arguments()));
      return new Choice(List.of(array, repeated(named, Markers.TOOL_CALLS)));
    }
  }

  /** With the word "function" and a fence (R1, V3) or without (V3.1); a model knows one of them. */
  private static final class DeepSeek extends CallForm {
    DeepSeek(List<Tool> tools, boolean parallel) {
      super(tools, parallel);
    }

    @Override
    String opening() {
      return Markers.DEEPSEEK_CALLS;
    }

    @Override
    Rule afterOpening() {
      Rule fenced =
          call(
              tool -> "function" + Markers.DEEPSEEK_SEPARATOR + tool.name() + "\n```json\n",
              "\n```" + Markers.DEEPSEEK_CALL_END);
      Rule bare = call(tool -> tool.name() + Markers.DEEPSEEK_SEPARATOR, Markers.DEEPSEEK_CALL_END);
      return new Sequence(
          new Choice(List.of(repeated(fenced, "\n"), repeated(bare, ""))),
          Texts.exactly(Markers.DEEPSEEK_CALLS_END));
    }

    private Rule call(Function<Tool, String> before, String after) {
      return anyTool(
          tool ->
              new Sequence(
                  Texts.exactly(Markers.DEEPSEEK_CALL + before.apply(tool)),
                  tool.arguments(),
                  Texts.exactly(after)));
    }
  }
}
