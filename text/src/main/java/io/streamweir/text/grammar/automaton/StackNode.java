package io.streamweir.text.grammar.automaton;

import io.streamweir.text.grammar.rule.Stack;
import java.util.List;

/**
 * All stacks that are possible at a point, sharing what they have in common: frames, each with the
 * stacks below it. No two frames stand at the same step. One object per content within an
 * automaton, so compared by identity.
 */
final class StackNode implements Stack {
  private final List<Frame> frames;
  private final int id;
  private final int depth;
  private Closure closure;

  StackNode(List<Frame> frames, int id) {
    this.frames = List.copyOf(frames);
    this.id = id;
    this.depth =
        frames.stream().mapToInt(f -> f.rest() == null ? 0 : f.rest().depth + 1).max().orElse(0);
  }

  /** Sorted by their ids. */
  List<Frame> frames() {
    return frames;
  }

  int id() {
    return id;
  }

  int depth() {
    return depth;
  }

  /** What may come next; null until it has been computed. */
  Closure closure() {
    return closure;
  }

  void setClosure(Closure closure) {
    this.closure = closure;
  }
}
