package io.streamweir.text.grammar.rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Elements in a row, optionally with a separator between them; the first ones may each have a rule
 * of their own.
 */
public final class Loop extends Rule {
  /** As a maximum: no limit. */
  public static final int UNBOUNDED = Integer.MAX_VALUE;

  private final List<Rule> first;
  private final Rule element;
  private final Optional<Rule> separator;
  private final int min;
  private final int max;

  /**
   * @param first rules of the first elements
   * @param element rule of the others
   * @param min smallest number of elements
   * @param max largest number, or {@link #UNBOUNDED}
   */
  public Loop(List<Rule> first, Rule element, Optional<Rule> separator, int min, int max) {
    this.first = List.copyOf(first);
    this.element = element;
    this.separator = separator;
    this.min = min;
    this.max = max;
  }

  /** The same rule several times. */
  public static Loop of(Rule element, int min, int max) {
    return new Loop(List.of(), element, Optional.empty(), min, max);
  }

  @Override
  public void expand(Expansion expansion, Stack rest) {
    resume(0, expansion, rest);
  }

  /**
   * @param position the number of elements so far, or -n before the nth when its separator has been
   *     written
   */
  @Override
  public void resume(int position, Expansion expansion, Stack rest) {
    if (position < 0) {
      int count = -position - 1;
      rule(count).expand(expansion, expansion.push(this, next(count), rest));
      return;
    }
    if (position >= min) {
      expansion.done(rest);
    }
    if (position >= max || !rule(position).productive()) {
      return;
    }
    if (separator.isPresent() && position > 0) {
      separator.get().expand(expansion, expansion.push(this, -position - 1, rest));
    } else {
      rule(position).expand(expansion, expansion.push(this, next(position), rest));
    }
  }

  /** Counts no further than it matters. */
  private int next(int count) {
    int enough = Math.max(1, Math.max(min, first.size()));
    return max == UNBOUNDED ? Math.min(count + 1, enough) : count + 1;
  }

  private Rule rule(int index) {
    return index < first.size() ? first.get(index) : element;
  }

  @Override
  List<Rule> parts() {
    List<Rule> parts = new ArrayList<>(first);
    parts.add(element);
    separator.ifPresent(parts::add);
    return parts;
  }

  @Override
  boolean isNullable() {
    return min == 0 || separator.isEmpty() && parts().stream().allMatch(Rule::nullable);
  }

  @Override
  boolean isProductive() {
    for (int i = 0; i < Math.min(min, first.size()); i++) {
      if (!first.get(i).productive()) {
        return false;
      }
    }
    return min <= first.size() || element.productive();
  }

  @Override
  void leftReferences(Consumer<Reference> references) {
    parts().forEach(part -> part.leftReferences(references));
  }
}
