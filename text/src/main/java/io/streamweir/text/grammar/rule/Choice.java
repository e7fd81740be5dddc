package io.streamweir.text.grammar.rule;

import java.util.List;
import java.util.function.Consumer;

/** One of several rules. They may overlap: all that are still possible are followed. */
public final class Choice extends Rule {
  private final List<Rule> alternatives;

  public Choice(List<? extends Rule> alternatives) {
    this.alternatives = List.copyOf(alternatives);
  }

  @Override
  public void expand(Expansion expansion, Stack rest) {
    for (Rule alternative : alternatives) {
      if (alternative.productive()) {
        alternative.expand(expansion, rest);
      }
    }
  }

  @Override
  List<Rule> parts() {
    return alternatives;
  }

  @Override
  boolean isNullable() {
    return alternatives.stream().anyMatch(Rule::nullable);
  }

  @Override
  boolean isProductive() {
    return alternatives.stream().anyMatch(Rule::productive);
  }

  @Override
  void leftReferences(Consumer<Reference> references) {
    alternatives.forEach(alternative -> alternative.leftReferences(references));
  }
}
