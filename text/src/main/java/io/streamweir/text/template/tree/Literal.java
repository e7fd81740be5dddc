package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.Value;

/** A constant. */
public record Literal(Value value) implements Expression {
  @Override
  public Value evaluate(Frame frame) {
    return value;
  }
}
