package io.streamweir.text.grammar.automaton;

import io.streamweir.text.grammar.rule.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes the stacks of one automaton, each once. */
final class Stacks {
  private record Step(Rule rule, int position) {}

  private record FrameKey(Step step, int rest) {}

  private final Map<FrameKey, Frame> frames = new HashMap<>();
  private final Map<List<Frame>, StackNode> stacks = new HashMap<>();
  private final Map<List<StackNode>, StackNode> unions = new HashMap<>();
  private final StackNode end = stackOf(List.of(new Frame(null, 0, null, 0)));

  /** The stack on which nothing is left to do. */
  StackNode end() {
    return end;
  }

  StackNode push(Rule rule, int position, StackNode rest) {
    return stackOf(List.of(frame(rule, position, rest)));
  }

  /** All of these stacks together. */
  StackNode union(Set<StackNode> parts) {
    if (parts.size() == 1) {
      return parts.iterator().next();
    }
    List<StackNode> key = new ArrayList<>(parts);
    key.sort(Comparator.comparingInt(StackNode::id));
    StackNode known = unions.get(key);
    if (known == null) {
      known = merge(key);
      unions.put(key, known);
    }
    return known;
  }

  private StackNode merge(List<StackNode> parts) {
    Map<Step, Set<StackNode>> rests = new LinkedHashMap<>();
    for (StackNode part : parts) {
      for (Frame frame : part.frames()) {
        rests
            .computeIfAbsent(
                new Step(frame.rule(), frame.position()), step -> new LinkedHashSet<>())
            .add(frame.rest());
      }
    }
    List<Frame> merged = new ArrayList<>(rests.size());
    rests.forEach(
        (step, below) ->
            merged.add(
                step.rule() == null
                    ? end.frames().get(0)
                    : frame(step.rule(), step.position(), union(below))));
    merged.sort(Comparator.comparingInt(Frame::id));
    return stackOf(merged);
  }

  /** A stack of another automaton of the same grammar. */
  StackNode adopt(StackNode other, Map<StackNode, StackNode> adopted) {
    StackNode known = adopted.get(other);
    if (known != null) {
      return known;
    }
    List<Frame> frames = new ArrayList<>();
    for (Frame frame : other.frames()) {
      frames.add(
          frame.rule() == null
              ? end.frames().get(0)
              : frame(frame.rule(), frame.position(), adopt(frame.rest(), adopted)));
    }
    frames.sort(Comparator.comparingInt(Frame::id));
    StackNode stack = stackOf(frames);
    adopted.put(other, stack);
    return stack;
  }

  private Frame frame(Rule rule, int position, StackNode rest) {
    return frames.computeIfAbsent(
        new FrameKey(new Step(rule, position), rest.id()),
        key -> new Frame(rule, position, rest, frames.size() + 1));
  }

  private StackNode stackOf(List<Frame> sorted) {
    return stacks.computeIfAbsent(sorted, key -> new StackNode(key, stacks.size()));
  }

  /** How much has been made. */
  int size() {
    return frames.size() + stacks.size() + unions.size();
  }
}
