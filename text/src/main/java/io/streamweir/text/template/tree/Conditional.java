package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.UndefinedValue;
import io.streamweir.text.template.value.Value;

/** {@code value if condition else otherwise}; without else (null) the value may be undefined. */
public record Conditional(Expression condition, Expression value, Expression otherwise)
    implements Expression {
  @Override
  public Value evaluate(Frame frame) {
    if (condition.evaluate(frame).truthy()) {
      return value.evaluate(frame);
    }
    return otherwise == null
        ? UndefinedValue.because(
            () -> "the inline if-expression was false and has no else, so it has no value")
        : otherwise.evaluate(frame);
  }
}
