package io.streamweir.text.grammar.automaton;

import static java.util.Objects.requireNonNull;

import io.streamweir.text.grammar.ConstraintException;
import io.streamweir.text.grammar.regex.Dfa;
import io.streamweir.text.grammar.regex.DfaState;
import io.streamweir.text.grammar.regex.Origin;
import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.grammar.regex.Work;
import io.streamweir.text.grammar.rule.Grammar;
import io.streamweir.text.grammar.rule.Lexeme;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A grammar as an automaton over bytes. Its states are sets of terminals with graph-structured
 * stacks (as in Tomita 1985), each made once, so that everything known about a state holds wherever
 * it occurs again.
 *
 * <p>Grows as it is walked and never shrinks; whoever walks it replaces it when {@link #weight} is
 * too large. Not thread-safe: all calls on it and on its states under one lock, except reading a
 * {@link Config#memo}.
 */
public final class Automaton {
  private static final int WORK_PER_ITEM = 10;
  private static final int WORK_PER_CONFIG = 100;

  private final Work work;
  private final Origin origin;
  private final Stacks stacks = new Stacks();
  private final Map<Lexeme, Dfa> automata = new IdentityHashMap<>();
  private final Map<Regex, Dfa> automataByLanguage = new HashMap<>();
  private final Map<DfaState, Map<StackNode, Item>> items = new IdentityHashMap<>();
  private final Map<List<Item>, Config> configs = new HashMap<>();
  private final Map<List<Item>, Config> endingConfigs = new HashMap<>();
  private final Config start;
  private int itemCount;

  /**
   * @param work what one call may compute
   * @param origin what to name when the grammar as a whole takes too much of it
   * @throws ConstraintException if already the start does
   */
  public Automaton(Grammar grammar, Work work, Origin origin) {
    this.work = requireNonNull(work, "work is null");
    this.origin = requireNonNull(origin, "origin is null");
    Expander expander = new Expander(stacks, this::automaton, work, origin);
    grammar.root().expand(expander, stacks.end());
    expander.expandOpen();
    this.start = config(items(expander.found()), expander.canEnd());
  }

  public Config start() {
    return start;
  }

  /** The state after a text that is not allowed. */
  public Config dead() {
    return config(List.of(), false);
  }

  /** As {@link #start}, but a number of spaces at the very beginning count for nothing. */
  public Config startWithoutLeadingSpaces(int spaces) {
    Config config = start;
    for (int i = 0; i < spaces; i++) {
      Config before = new Config(start.items(), start.canEnd());
      before.setSuccessor(' ', config);
      config = before;
    }
    return config;
  }

  /**
   * The state after the byte {@code b}; dead if it is not allowed.
   *
   * @throws ConstraintException if finding that out takes too much work
   */
  public Config step(Config config, int b) {
    Config next = config.successor(b);
    if (next == null) {
      next = computeStep(config, b);
      config.setSuccessor(b, next);
    }
    return next;
  }

  private Config computeStep(Config config, int b) {
    Map<DfaState, Set<StackNode>> found = new IdentityHashMap<>();
    boolean canEnd = false;
    for (Item item : config.items()) {
      work.spend(WORK_PER_ITEM, origin);
      DfaState next = item.state().step(b);
      if (next == DfaState.DEAD) {
        continue;
      }
      if (next.canContinue()) {
        add(found, next, item.rest());
      }
      if (next.accepting()) {
        Closure closure = closure(item.rest());
        work.spend((long) WORK_PER_ITEM * closure.items().size(), origin);
        closure.items().forEach(i -> add(found, i.state(), i.rest()));
        canEnd |= closure.canEnd();
      }
    }
    return config(items(found), canEnd);
  }

  /** The state of an item without the others. */
  public Config only(Item item) {
    return config(List.of(item), false);
  }

  /** The state once the terminal of an item has been read. */
  public Config after(Item item) {
    return closure(item.rest()).config();
  }

  /**
   * The same place in this automaton as a state of another one of the same grammar has in that one.
   */
  public Config adopt(Config other) {
    work.restart();
    Map<DfaState, Set<StackNode>> found = new IdentityHashMap<>();
    Map<StackNode, StackNode> adopted = new IdentityHashMap<>();
    for (Item item : other.items()) {
      add(found, adopt(item.state()), stacks.adopt(item.rest(), adopted));
    }
    return config(items(found), other.canEnd());
  }

  private DfaState adopt(DfaState state) {
    return state.isShared()
        ? state
        : automataByLanguage
            .computeIfAbsent(state.language(), r -> new Dfa(r, state.origin(), work))
            .start();
  }

  private static void add(Map<DfaState, Set<StackNode>> found, DfaState state, StackNode rest) {
    found.computeIfAbsent(state, key -> new HashSet<>(2)).add(rest);
  }

  private Closure closure(StackNode stack) {
    Closure known = stack.closure();
    if (known == null) {
      Expander expander = new Expander(stacks, this::automaton, work, origin);
      expander.done(stack);
      expander.expandOpen();
      List<Item> next = items(expander.found());
      known = new Closure(next, expander.canEnd(), config(next, expander.canEnd()));
      stack.setClosure(known);
    }
    return known;
  }

  private List<Item> items(Map<DfaState, Set<StackNode>> found) {
    List<Item> result = new ArrayList<>(found.size());
    found.forEach(
        (state, rests) -> {
          work.spend((long) WORK_PER_ITEM * rests.size(), origin);
          result.add(item(state, stacks.union(rests)));
        });
    result.sort(Comparator.comparingInt(Item::id));
    return result;
  }

  private Item item(DfaState state, StackNode rest) {
    return items
        .computeIfAbsent(state, key -> new IdentityHashMap<>(4))
        .computeIfAbsent(rest, key -> new Item(state, rest, itemCount++));
  }

  private Config config(List<Item> sorted, boolean canEnd) {
    Map<List<Item>, Config> known = canEnd ? endingConfigs : configs;
    Config config = known.get(sorted);
    if (config == null) {
      work.spend(WORK_PER_CONFIG, origin);
      config = new Config(sorted, canEnd);
      known.put(config.items(), config);
    }
    return config;
  }

  private Dfa automaton(Lexeme lexeme) {
    return automata.computeIfAbsent(
        lexeme,
        key ->
            lexeme
                .shared()
                .orElseGet(
                    () ->
                        automataByLanguage.computeIfAbsent(
                            lexeme.regex(), r -> new Dfa(r, lexeme.origin(), work))));
  }

  /** Roughly how many kilobytes it takes. */
  public long weight() {
    long terminalStates = automataByLanguage.values().stream().mapToLong(Dfa::size).sum();
    return (configs.size() + endingConfigs.size()) * 5L / 4
        + terminalStates
        + (itemCount + stacks.size()) / 5;
  }
}
