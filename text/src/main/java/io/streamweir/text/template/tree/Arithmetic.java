package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.Operators;
import io.streamweir.text.template.value.Value;
import java.util.function.BinaryOperator;

/** An arithmetic operator with two operands. */
public record Arithmetic(Operator operator, Expression left, Expression right)
    implements Expression {

  /** The operators. */
  public enum Operator {
    ADD("+", Operators::add),
    SUBTRACT("-", Operators::subtract),
    MULTIPLY("*", Operators::multiply),
    DIVIDE("/", Operators::divide),
    FLOOR_DIVIDE("//", Operators::floorDivide),
    MODULO("%", Operators::modulo),
    POWER("**", Operators::power);

    private final String symbol;
    private final BinaryOperator<Value> operation;

    Operator(String symbol, BinaryOperator<Value> operation) {
      this.symbol = symbol;
      this.operation = operation;
    }

    public String symbol() {
      return symbol;
    }
  }

  @Override
  public Value evaluate(Frame frame) {
    Value first = left.evaluate(frame);
    return frame.budget().made(operator.operation.apply(first, right.evaluate(frame)));
  }
}
