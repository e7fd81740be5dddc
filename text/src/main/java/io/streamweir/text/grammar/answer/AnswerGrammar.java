package io.streamweir.text.grammar.answer;

import io.streamweir.text.grammar.AnswerFormat;
import io.streamweir.text.grammar.ConstraintException;
import io.streamweir.text.grammar.regex.Origin;
import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.grammar.rule.Grammar;
import io.streamweir.text.grammar.rule.Loop;
import io.streamweir.text.grammar.rule.Reference;
import io.streamweir.text.grammar.rule.Rule;
import io.streamweir.text.grammar.rule.Sequence;
import io.streamweir.text.grammar.schema.SchemaBudget;
import io.streamweir.text.output.ThinkingTags;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The grammar of whole answers. */
public final class AnswerGrammar {
  private AnswerGrammar() {}

  /**
   * @param content the grammar of the content, if it is restricted
   * @param budget for the schemas of the tools
   * @throws ConstraintException if the format cannot be followed
   */
  public static Grammar of(AnswerFormat format, Optional<Grammar> content, SchemaBudget budget) {
    List<Reference> references = new ArrayList<>();
    content.ifPresent(grammar -> references.addAll(grammar.references()));
    List<Rule> parts = new ArrayList<>();
    thinking(format).ifPresent(parts::add);
    parts.add(body(format, content.map(Grammar::root), references, budget));
    return new Grammar(new Sequence(parts), references, new Origin("answer", "its whole"));
  }

  private static Optional<Rule> thinking(AnswerFormat format) {
    ThinkingTags tags = format.thinking();
    Regex inside = Regex.concat(Texts.upTo(tags.close()), Texts.lines());
    return switch (format.begins()) {
      case INSIDE -> Optional.of(Texts.lexeme(inside));
      case FREE ->
          Optional.of(
              Loop.of(Texts.lexeme(Regex.concat(Texts.literal(tags.open()), inside)), 0, 1));
      case BEHIND -> Optional.empty();
    };
  }

  private static Rule body(
      AnswerFormat format,
      Optional<Rule> content,
      List<Reference> references,
      SchemaBudget budget) {
    if (format.calls().isEmpty()) {
      return content.orElseThrow();
    }
    AnswerFormat.Calls calls = format.calls().get();
    List<Tool> tools =
        calls.functions().stream().map(function -> Tool.of(function, budget)).toList();
    CallForm form = CallForm.of(calls.syntax(), tools, calls.parallel());
    Rule rule =
        calls.required()
            ? form.calls()
            : content.map(form::contentOrCalls).orElseGet(form::contentOrCalls);
    tools.forEach(tool -> references.addAll(tool.references()));
    return rule;
  }
}
