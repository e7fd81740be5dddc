package io.streamweir.text.grammar.gbnf;

import io.streamweir.text.grammar.ConstraintException;
import io.streamweir.text.grammar.regex.Origin;
import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.grammar.regex.Repeat;
import io.streamweir.text.grammar.rule.Choice;
import io.streamweir.text.grammar.rule.Grammar;
import io.streamweir.text.grammar.rule.Lexeme;
import io.streamweir.text.grammar.rule.Loop;
import io.streamweir.text.grammar.rule.Reference;
import io.streamweir.text.grammar.rule.Rule;
import io.streamweir.text.grammar.rule.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Translates a GBNF grammar. What is regular becomes a terminal as a whole, because terminals are
 * followed faster than rules.
 */
public final class GbnfCompiler {
  private static final String ROOT = "root";
  private static final int MAX_RULES = 500;

  /** Larger regular rules stay rules: a terminal of all of them would have too many states. */
  private static final int MAX_TERMINAL_SIZE = 2_000;

  private final Map<String, Expression> rules;
  private final Map<String, Translated> translated = new HashMap<>();
  private final Map<String, Reference> references = new HashMap<>();

  /**
   * @param regex the whole, if it is regular and small; else null
   * @param rule the whole otherwise
   */
  private record Translated(Regex regex, Rule rule) {
    boolean regular() {
      return regex != null;
    }
  }

  private GbnfCompiler(Map<String, Expression> rules) {
    this.rules = rules;
  }

  /**
   * The grammar that starts with the rule {@code root}.
   *
   * @throws ConstraintException if the text is broken, or a rule is missing or begins with itself
   */
  public static Grammar compile(String text) {
    Map<String, Expression> rules = GbnfParser.parse(text);
    Origin whole = new Origin("grammar", "rule " + ROOT);
    if (!rules.containsKey(ROOT) || rules.size() > MAX_RULES) {
      throw whole.refuse(
          rules.containsKey(ROOT)
              ? "more than %d rules are not supported".formatted(MAX_RULES)
              : "there is no rule of this name to start with");
    }
    GbnfCompiler compiler = new GbnfCompiler(rules);
    Rule root = rule(compiler.named(ROOT), ROOT);
    return new Grammar(root, List.copyOf(compiler.references.values()), whole);
  }

  /** The translation of a rule; a reference to it while it is being translated. */
  private Translated named(String name) {
    if (translated.containsKey(name)) {
      Translated known = translated.get(name);
      return known == null ? new Translated(null, reference(name)) : known;
    }
    translated.put(name, null);
    Translated body = translate(rules.get(name), name);
    if (!body.regular()) {
      reference(name).define(body.rule());
      body = new Translated(null, reference(name));
    }
    translated.put(name, body);
    return body;
  }

  private Reference reference(String name) {
    return references.computeIfAbsent(name, n -> new Reference(origin(n)));
  }

  private static Origin origin(String name) {
    return new Origin("grammar", "rule " + name);
  }

  private Translated translate(Expression expression, String in) {
    if (expression instanceof Expression.Characters characters) {
      return new Translated(characters.regex(), null);
    }
    if (expression instanceof Expression.Name name) {
      if (!rules.containsKey(name.name())) {
        throw new Origin("grammar", "line " + name.line())
            .refuse("there is no rule '" + name.name() + "'");
      }
      return named(name.name());
    }
    if (expression instanceof Expression.Repetition repetition) {
      return repetition(repetition, in);
    }
    return expression instanceof Expression.Choice choice
        ? choice(choice.alternatives(), in)
        : sequence(((Expression.Sequence) expression).parts(), in);
  }

  private Translated repetition(Expression.Repetition repetition, String in) {
    Translated part = translate(repetition.part(), in);
    if (part.regular()) {
      int max = repetition.max() < 0 ? Repeat.UNBOUNDED : repetition.max();
      return bounded(Regex.repeat(part.regex(), repetition.min(), max), in);
    }
    int max = repetition.max() < 0 ? Loop.UNBOUNDED : repetition.max();
    return new Translated(null, Loop.of(part.rule(), repetition.min(), max));
  }

  private Translated choice(List<Expression> alternatives, String in) {
    List<Regex> regular = new ArrayList<>();
    List<Rule> others = new ArrayList<>();
    for (Expression alternative : alternatives) {
      Translated part = translate(alternative, in);
      if (part.regular()) {
        regular.add(part.regex());
      } else {
        others.add(part.rule());
      }
    }
    if (others.isEmpty()) {
      return bounded(Regex.union(regular), in);
    }
    if (!regular.isEmpty()) {
      others.add(Lexeme.of(Regex.union(regular), origin(in)));
    }
    return new Translated(null, new Choice(others));
  }

  private Translated sequence(List<Expression> parts, String in) {
    List<Rule> rules = new ArrayList<>();
    Regex pending = Regex.empty();
    for (Expression part : parts) {
      Translated next = translate(part, in);
      if (next.regular()) {
        pending = Regex.concat(pending, next.regex());
      } else {
        addTerminal(pending, rules, in);
        pending = Regex.empty();
        rules.add(next.rule());
      }
    }
    if (rules.isEmpty()) {
      return bounded(pending, in);
    }
    addTerminal(pending, rules, in);
    return new Translated(null, new Sequence(rules));
  }

  private static void addTerminal(Regex regex, List<Rule> rules, String in) {
    if (regex != Regex.empty()) {
      rules.add(Lexeme.of(regex, origin(in)));
    }
  }

  private static Translated bounded(Regex regex, String in) {
    return regex.size() <= MAX_TERMINAL_SIZE
        ? new Translated(regex, null)
        : new Translated(null, Lexeme.of(regex, origin(in)));
  }

  private static Rule rule(Translated part, String in) {
    return part.regular() ? Lexeme.of(part.regex(), origin(in)) : part.rule();
  }
}
