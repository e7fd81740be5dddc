package io.streamweir.text.grammar.answer;

import io.streamweir.text.grammar.ConstraintException;
import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.grammar.rule.Choice;
import io.streamweir.text.grammar.rule.Loop;
import io.streamweir.text.grammar.rule.Rule;
import io.streamweir.text.grammar.rule.Sequence;
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

  /**
   * @throws ConstraintException if the form cannot be enforced
   */
  static CallForm of(ToolCallSyntax syntax, List<Tool> tools, boolean parallel) {
    return switch (syntax) {
      case HERMES, NONE -> new Hermes(tools, parallel);
      case LLAMA3 -> new Llama(tools);
      case MISTRAL -> new Mistral(tools, parallel);
      case DEEPSEEK -> new DeepSeek(tools, parallel);
      case QWEN3_CODER -> new TaggedForm(TaggedForm.Tags.QWEN3_CODER, tools, parallel);
      case GLM4 -> new TaggedForm(TaggedForm.Tags.GLM4, tools, parallel);
      case HARMONY ->
          throw new ConstraintException(
              "tool_choice",
              "tools",
              "the calls of this model, in the form of gpt-oss, cannot be enforced; use tool_choice"
                  + " auto, no strict tools, and leave parallel_tool_calls out");
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
      return "<tool_call>";
    }

    @Override
    Rule afterOpening() {
      Rule call =
          new Sequence(Texts.exactly("\n"), object("arguments"), Texts.exactly("\n</tool_call>"));
      return repeated(call, "\n<tool_call>");
    }
  }

  /** Has no marker, so content must not look like a call; its templates know one call only. */
  private static final class Llama extends CallForm {
    private static final String BUILT_IN = "<|python_tag|>";

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
      Regex content = Regex.intersection(Texts.without(BUILT_IN), Regex.complement(likeCall));
      return new Choice(List.of(Texts.lexeme(content), calls()));
    }
  }

  /** An array of objects, or (newer models) a name and the arguments; a model knows one of them. */
  private static final class Mistral extends CallForm {
    private static final String OPENING = "[TOOL_CALLS]";

    Mistral(List<Tool> tools, boolean parallel) {
      super(tools, parallel);
    }

    @Override
    String opening() {
      return OPENING;
    }

    @Override
    Rule afterOpening() {
      Rule array =
          new Sequence(Texts.exactly("["), repeated(object("arguments"), ", "), Texts.exactly("]"));
      Rule named =
          anyTool(tool -> new Sequence(Texts.exactly(tool.name() + "[ARGS]"), tool.arguments()));
      return new Choice(List.of(array, repeated(named, OPENING)));
    }
  }

  /** With the word "function" and a fence (R1, V3) or without (V3.1); a model knows one of them. */
  private static final class DeepSeek extends CallForm {
    private static final String BEGIN = "<｜tool▁call▁begin｜>";
    private static final String SEPARATOR = "<｜tool▁sep｜>";
    private static final String END = "<｜tool▁call▁end｜>";

    DeepSeek(List<Tool> tools, boolean parallel) {
      super(tools, parallel);
    }

    @Override
    String opening() {
      return "<｜tool▁calls▁begin｜>";
    }

    @Override
    Rule afterOpening() {
      Rule fenced =
          call(tool -> "function" + SEPARATOR + tool.name() + "\n```json\n", "\n```" + END);
      Rule bare = call(tool -> tool.name() + SEPARATOR, END);
      return new Sequence(
          new Choice(List.of(repeated(fenced, "\n"), repeated(bare, ""))),
          Texts.exactly("<｜tool▁calls▁end｜>"));
    }

    private Rule call(Function<Tool, String> before, String after) {
      return anyTool(
          tool ->
              new Sequence(
                  Texts.exactly(BEGIN + before.apply(tool)),
                  tool.arguments(),
                  Texts.exactly(after)));
    }
  }
}
