package io.streamweir.text.grammar.rule;

import java.util.List;
import java.util.function.Consumer;

/** Rules one after the other. */
public final class Sequence extends Rule {
  private final List<Rule> parts;

  public Sequence(List<Rule> parts) {
    this.parts = List.copyOf(parts);
  }

  public Sequence(Rule... parts) {
    this(List.of(parts));
  }

  @Override
  public void expand(Expansion expansion, Stack rest) {
    resume(0, expansion, rest);
  }

  /**
   * @param position the index of the next part
   */
  @Override
  public void resume(int position, Expansion expansion, Stack rest) {
    if (position == parts.size()) {
      expansion.done(rest);
      return;
    }
    boolean last = position + 1 == parts.size();
    parts.get(position).expand(expansion, last ? rest : expansion.push(this, position + 1, rest));
  }

  @Override
  List<Rule> parts() {
    return parts;
  }

  @Override
  boolean isNullable() {
    return parts.stream().allMatch(Rule::nullable);
  }

  @Override
  boolean isProductive() {
    return parts.stream().allMatch(Rule::productive);
  }

  @Override
  void leftReferences(Consumer<Reference> references) {
    for (Rule part : parts) {
      part.leftReferences(references);
      if (!part.nullable()) {
        return;
      }
    }
  }
}
