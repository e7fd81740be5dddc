package io.streamweir.text.grammar;

import io.streamweir.text.grammar.answer.AnswerGrammar;
import io.streamweir.text.grammar.gbnf.GbnfCompiler;
import io.streamweir.text.grammar.regex.Origin;
import io.streamweir.text.grammar.regex.Pattern;
import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.grammar.regex.Spelling;
import io.streamweir.text.grammar.rule.Grammar;
import io.streamweir.text.grammar.rule.Lexeme;
import io.streamweir.text.grammar.schema.JsonRules;
import io.streamweir.text.grammar.schema.SchemaBudget;
import io.streamweir.text.grammar.schema.SchemaCompiler;
import java.util.List;

/** The grammar of an output format. */
final class FormatGrammar {
  private static final int MAX_CHOICES = 10_000;
  private static final int MAX_CHOICE_CHARACTERS = 1_000_000;

  private FormatGrammar() {}

  static Grammar of(OutputFormat format) {
    return of(format, new SchemaBudget());
  }

  private static Grammar of(OutputFormat format, SchemaBudget budget) {
    if (format instanceof OutputFormat.JsonObject object) {
      return new Grammar(
          JsonRules.of(object.whitespace()).anyObject(), List.of(), new Origin("json_object", "#"));
    }
    if (format instanceof OutputFormat.JsonSchema schema) {
      return SchemaCompiler.of(schema.schema(), schema.whitespace(), budget).document();
    }
    if (format instanceof OutputFormat.Choice choice) {
      return choice(choice.texts());
    }
    if (format instanceof OutputFormat.RegularExpression regex) {
      Origin origin = new Origin("regex", "the pattern");
      return terminal(Pattern.whole(regex.pattern(), Spelling.PLAIN, origin), origin);
    }
    if (format instanceof OutputFormat.Answer answer) {
      AnswerFormat whole = AnswerFormat.parse(answer.json());
      return AnswerGrammar.of(
          whole,
          whole.content().flatMap(ResponseFormat::parse).map(content -> of(content, budget)),
          budget);
    }
    return GbnfCompiler.compile(((OutputFormat.Gbnf) format).grammar());
  }

  private static Grammar choice(List<String> texts) {
    Origin origin = new Origin("choice", "the list of " + texts.size());
    long characters = texts.stream().mapToLong(String::length).sum();
    if (texts.isEmpty() || texts.size() > MAX_CHOICES || characters > MAX_CHOICE_CHARACTERS) {
      throw origin.refuse(
          "from 1 to %d choices are supported, with %d characters in all"
              .formatted(MAX_CHOICES, MAX_CHOICE_CHARACTERS));
    }
    if (!texts.stream().allMatch(Spelling::isSpellable)) {
      throw origin.refuse("one of them has half a surrogate pair");
    }
    return terminal(Regex.texts(texts.stream().map(Spelling.PLAIN::text).toList()), origin);
  }

  private static Grammar terminal(Regex regex, Origin origin) {
    return new Grammar(Lexeme.of(regex, origin), List.of(), origin);
  }
}
