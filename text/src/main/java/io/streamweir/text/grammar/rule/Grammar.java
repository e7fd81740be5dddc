package io.streamweir.text.grammar.rule;

import static java.util.Objects.requireNonNull;

import io.streamweir.text.grammar.ConstraintException;
import io.streamweir.text.grammar.regex.Origin;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A checked set of rules: the root has finite texts, and no rule begins with itself. What can never
 * end is left out of choices, so that following the grammar never gets stuck.
 */
public final class Grammar {
  private final Rule root;
  private final List<Reference> references;

  /**
   * @param references all that occur in the rules, defined
   * @param origin what to name when no text belongs to the grammar
   * @throws ConstraintException if a rule begins with itself or no text belongs to the root
   */
  public Grammar(Rule root, List<Reference> references, Origin origin) {
    this.root = requireNonNull(root, "root is null");
    this.references = List.copyOf(references);
    List<Rule> rules = bottomUp(references);
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Rule rule : rules) {
        changed |= rule.update();
      }
    }
    references.forEach(new LeftRecursion()::check);
    if (!root.productive()) {
      throw origin.refuse("no finite text can fulfil it");
    }
  }

  public Rule root() {
    return root;
  }

  /** All that occur in the rules, for a grammar that these become a part of. */
  public List<Reference> references() {
    return references;
  }

  private List<Rule> bottomUp(List<Reference> references) {
    List<Rule> rules = new ArrayList<>();
    Set<Rule> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = references.size() - 1; i >= 0; i--) {
      add(references.get(i).target(), seen, rules);
    }
    rules.addAll(references);
    add(root, seen, rules);
    return rules;
  }

  private static void add(Rule rule, Set<Rule> seen, List<Rule> rules) {
    if (seen.add(rule)) {
      rule.parts().forEach(part -> add(part, seen, rules));
      rules.add(rule);
    }
  }

  /** Looks for rules that can begin with themselves before any text has been written. */
  private static final class LeftRecursion {
    private final Map<Reference, Boolean> finished = new IdentityHashMap<>();

    void check(Reference reference) {
      Boolean state = finished.putIfAbsent(reference, false);
      if (state != null) {
        if (!state) {
          throw reference
              .origin()
              .refuse("begins with itself, which has no end; put something before the recursion");
        }
        return;
      }
      reference.target().leftReferences(this::check);
      finished.put(reference, true);
    }
  }
}
