package io.streamweir.text.template.run;

import io.streamweir.text.template.value.Value;
import java.util.HashMap;
import java.util.Map;

/** The variables of a block; names that are not here are looked up outside. */
public final class Scope {
  private final Scope outer;
  private final Map<String, Value> variables = new HashMap<>();

  private Scope(Scope outer) {
    this.outer = outer;
  }

  public static Scope outermost(Map<String, Value> variables) {
    Scope scope = new Scope(null);
    scope.variables.putAll(variables);
    return scope;
  }

  public Scope inner() {
    return new Scope(this);
  }

  public void set(String name, Value value) {
    variables.put(name, value);
  }

  /** The innermost value of a name, null if there is none. */
  public Value find(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Value value = scope.variables.get(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }
}
