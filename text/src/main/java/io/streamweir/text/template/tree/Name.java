package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.Value;

/** A variable, macro or global function. */
public record Name(String name) implements Expression {
  @Override
  public Value evaluate(Frame frame) {
    return frame.lookUp(name);
  }
}
