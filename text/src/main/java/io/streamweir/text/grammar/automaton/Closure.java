package io.streamweir.text.grammar.automaton;

import java.util.List;

/**
 * What may come next on a stack.
 *
 * @param items the terminals, at their start
 * @param canEnd whether the text may end
 * @param config both as a state
 */
record Closure(List<Item> items, boolean canEnd, Config config) {}
