package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.BooleanValue;
import io.streamweir.text.template.value.Operators;
import io.streamweir.text.template.value.Value;
import java.util.function.UnaryOperator;

/** An operator with one operand. */
public record Unary(Operator operator, Expression operand) implements Expression {

  /** The operators. */
  public enum Operator {
    NOT(value -> BooleanValue.of(!value.truthy())),
    NEGATE(Operators::negate),
    PLUS(value -> Operators.negate(Operators.negate(value)));

    private final UnaryOperator<Value> operation;

    Operator(UnaryOperator<Value> operation) {
      this.operation = operation;
    }
  }

  @Override
  public Value evaluate(Frame frame) {
    return operator.operation.apply(operand.evaluate(frame));
  }
}
