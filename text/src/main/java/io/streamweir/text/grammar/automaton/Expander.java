package io.streamweir.text.grammar.automaton;

import io.streamweir.text.grammar.regex.Dfa;
import io.streamweir.text.grammar.regex.DfaState;
import io.streamweir.text.grammar.regex.Origin;
import io.streamweir.text.grammar.regex.Work;
import io.streamweir.text.grammar.rule.Expansion;
import io.streamweir.text.grammar.rule.Lexeme;
import io.streamweir.text.grammar.rule.Rule;
import io.streamweir.text.grammar.rule.Stack;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Finds the terminals that may come next, going through everything that may be empty. */
final class Expander implements Expansion {
  /** About 500 levels of JSON; deeper stacks are not entered. */
  private static final int MAX_DEPTH = 1_000;

  private static final int WORK_PER_STEP = 10;

  private final Stacks stacks;
  private final Function<Lexeme, Dfa> automata;
  private final Work work;
  private final Origin origin;
  private final Map<DfaState, Set<StackNode>> found = new IdentityHashMap<>();
  private final Set<StackNode> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<StackNode> open = new ArrayDeque<>();
  private boolean canEnd;

  Expander(Stacks stacks, Function<Lexeme, Dfa> automata, Work work, Origin origin) {
    this.stacks = stacks;
    this.automata = automata;
    this.work = work;
    this.origin = origin;
  }

  /** Expands the stacks that are open, and all that are below them as far as it may be empty. */
  void expandOpen() {
    while (!open.isEmpty()) {
      for (Frame frame : open.pop().frames()) {
        work.spend(WORK_PER_STEP, origin);
        if (frame.rule() == null) {
          canEnd = true;
        } else {
          frame.rule().resume(frame.position(), this, frame.rest());
        }
      }
    }
  }

  @Override
  public void terminal(Lexeme lexeme, Stack rest) {
    work.spend(WORK_PER_STEP, origin);
    StackNode after = (StackNode) rest;
    if (after.depth() > MAX_DEPTH) {
      return;
    }
    DfaState start = automata.apply(lexeme).start();
    if (start.canContinue()) {
      found.computeIfAbsent(start, key -> new HashSet<>(2)).add(after);
    }
    if (start.accepting()) {
      done(after);
    }
  }

  @Override
  public void done(Stack rest) {
    StackNode stack = (StackNode) rest;
    if (seen.add(stack)) {
      open.push(stack);
    }
  }

  @Override
  public Stack push(Rule rule, int position, Stack rest) {
    work.spend(WORK_PER_STEP, origin);
    return stacks.push(rule, position, (StackNode) rest);
  }

  Map<DfaState, Set<StackNode>> found() {
    return found;
  }

  boolean canEnd() {
    return canEnd;
  }
}
