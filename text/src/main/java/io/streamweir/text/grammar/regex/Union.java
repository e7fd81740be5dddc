package io.streamweir.text.grammar.regex;

import java.util.ArrayList;
import java.util.List;

/** One language of several, which are distinct, sorted and no unions themselves. */
final class Union extends Regex {
  private final List<Regex> parts;

  Union(List<Regex> parts) {
    super(
        parts.hashCode() * 31 + 7,
        1 + parts.stream().mapToLong(Regex::size).sum(),
        parts.stream().anyMatch(Regex::nullable),
        parts.stream().anyMatch(Regex::mayBeEmpty));
    this.parts = List.copyOf(parts);
  }

  List<Regex> parts() {
    return parts;
  }

  @Override
  Regex derive(int b) {
    List<Regex> derivatives = new ArrayList<>(4);
    for (Regex part : parts) {
      Regex derivative = part.derive(b);
      if (derivative != nothing()) {
        derivatives.add(derivative);
      }
    }
    return derivatives.isEmpty()
        ? nothing()
        : derivatives.size() == 1 ? derivatives.get(0) : union(derivatives);
  }

  @Override
  void splitHeads(ByteClasses classes) {
    parts.forEach(part -> part.splitHeads(classes));
  }

  @Override
  boolean isFinite() {
    return parts.stream().allMatch(Regex::isFinite);
  }

  @Override
  boolean takesAnyText() {
    return parts.stream().anyMatch(Regex::takesAnyText);
  }

  @Override
  boolean sameParts(Regex other) {
    return parts.equals(((Union) other).parts);
  }
}
