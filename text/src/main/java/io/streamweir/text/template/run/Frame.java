package io.streamweir.text.template.run;

import io.streamweir.text.template.value.StringValue;
import io.streamweir.text.template.value.TextBuilder;
import io.streamweir.text.template.value.UndefinedValue;
import io.streamweir.text.template.value.Value;

/**
 * Where a node is evaluated.
 *
 * @param run the rendering
 * @param scope the variables in sight
 * @param out where text goes
 */
public record Frame(Run run, Scope scope, TextBuilder out) {

  public Frame inScope(Scope inner) {
    return new Frame(run, inner, out);
  }

  /** The same scope chain with a fresh scope and an output of its own. */
  public Frame capturing() {
    return new Frame(run, scope.inner(), new TextBuilder());
  }

  /** What was written to this frame's output. */
  public StringValue captured() {
    return out.toValue();
  }

  public Budget budget() {
    return run.budget();
  }

  public Value lookUp(String name) {
    Value value = scope.find(name);
    if (value == null) {
      value = run.library().globals().get(name);
    }
    return value == null ? UndefinedValue.because(() -> "'" + name + "' is undefined") : value;
  }
}
