package io.streamweir.text.grammar.rule;

import static java.util.Objects.requireNonNull;

import io.streamweir.text.grammar.regex.Origin;
import java.util.List;
import java.util.function.Consumer;

/** Stands for a rule that is defined elsewhere, so that rules can contain themselves. */
public final class Reference extends Rule {
  private final Origin origin;
  private Rule target;

  /**
   * @param origin where it is defined
   */
  public Reference(Origin origin) {
    this.origin = requireNonNull(origin, "origin is null");
  }

  /** Says what the reference stands for; once, before the grammar is made. */
  public void define(Rule rule) {
    target = requireNonNull(rule, "rule is null");
  }

  Rule target() {
    return requireNonNull(target, () -> origin + " is not defined");
  }

  Origin origin() {
    return origin;
  }

  @Override
  public void expand(Expansion expansion, Stack rest) {
    target.expand(expansion, rest);
  }

  @Override
  List<Rule> parts() {
    return List.of();
  }

  @Override
  boolean isNullable() {
    return target().nullable();
  }

  @Override
  boolean isProductive() {
    return target().productive();
  }

  @Override
  void leftReferences(Consumer<Reference> references) {
    references.accept(this);
  }
}
