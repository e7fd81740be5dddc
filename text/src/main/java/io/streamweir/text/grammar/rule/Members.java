package io.streamweir.text.grammar.rule;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Consumer;

/** Rules in a fixed order, with a separator between those that are there; some may be left out. */
public final class Members extends Rule {
  private static final int NONE_YET = 0;
  private static final int SOME = 1;
  private static final int SEPARATED = 2;
  private static final int STEPS = 3;

  private final List<Rule> members;
  private final BitSet optional;
  private final Rule separator;

  /**
   * @param optional the indices of the members that may be left out
   */
  public Members(List<Rule> members, BitSet optional, Rule separator) {
    this.members = List.copyOf(members);
    this.optional = (BitSet) optional.clone();
    this.separator = separator;
  }

  @Override
  public void expand(Expansion expansion, Stack rest) {
    resume(NONE_YET, expansion, rest);
  }

  /**
   * @param position three times the index of the next member, plus where we are before it
   */
  @Override
  public void resume(int position, Expansion expansion, Stack rest) {
    int index = position / STEPS;
    if (position % STEPS == SEPARATED) {
      write(index, expansion, rest);
      return;
    }
    boolean some = position % STEPS == SOME;
    for (int i = index; i < members.size(); i++) {
      if (members.get(i).productive()) {
        if (some) {
          separator.expand(expansion, expansion.push(this, i * STEPS + SEPARATED, rest));
        } else {
          write(i, expansion, rest);
        }
      }
      if (!optional.get(i)) {
        return;
      }
    }
    expansion.done(rest);
  }

  private void write(int index, Expansion expansion, Stack rest) {
    boolean last = index + 1 == members.size();
    Stack after = last ? rest : expansion.push(this, (index + 1) * STEPS + SOME, rest);
    members.get(index).expand(expansion, after);
  }

  @Override
  List<Rule> parts() {
    List<Rule> parts = new ArrayList<>(members);
    parts.add(separator);
    return parts;
  }

  @Override
  boolean isNullable() {
    return optional.cardinality() == members.size();
  }

  @Override
  boolean isProductive() {
    for (int i = 0; i < members.size(); i++) {
      if (!optional.get(i) && !members.get(i).productive()) {
        return false;
      }
    }
    return true;
  }

  @Override
  void leftReferences(Consumer<Reference> references) {
    members.forEach(member -> member.leftReferences(references));
  }
}
