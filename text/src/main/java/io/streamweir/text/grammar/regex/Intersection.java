package io.streamweir.text.grammar.regex;

import java.util.List;

/** What several languages have in common; they are distinct, sorted and no intersections. */
final class Intersection extends Regex {
  private final List<Regex> parts;

  Intersection(List<Regex> parts) {
    super(
        parts.hashCode() * 31 + 11,
        1 + parts.stream().mapToLong(Regex::size).sum(),
        parts.stream().allMatch(Regex::nullable),
        true);
    this.parts = List.copyOf(parts);
  }

  List<Regex> parts() {
    return parts;
  }

  @Override
  Regex derive(int b) {
    Regex[] derivatives = new Regex[parts.size()];
    for (int i = 0; i < derivatives.length; i++) {
      derivatives[i] = parts.get(i).derive(b);
      if (derivatives[i] == nothing()) {
        return nothing();
      }
    }
    return intersection(derivatives);
  }

  @Override
  void splitHeads(ByteClasses classes) {
    parts.forEach(part -> part.splitHeads(classes));
  }

  /**
   * Leaving finitely many texts out makes no difference to what may follow. Two languages that each
   * take any text may have none in common.
   */
  @Override
  boolean takesAnyText() {
    List<Regex> others = parts.stream().filter(part -> !leavesFewOut(part)).toList();
    return others.size() == 1 && others.get(0).takesAnyText();
  }

  private static boolean leavesFewOut(Regex part) {
    return part instanceof Complement complement && complement.part().isFinite();
  }

  @Override
  boolean sameParts(Regex other) {
    return parts.equals(((Intersection) other).parts);
  }
}
