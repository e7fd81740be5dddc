package io.streamweir.text.template.tree;

import io.streamweir.text.template.run.Frame;
import io.streamweir.text.template.value.BooleanValue;
import io.streamweir.text.template.value.Operators;
import io.streamweir.text.template.value.Value;
import java.util.List;

/** {@code a < b <= c}: each neighbour compared, each operand evaluated once. */
public record Comparison(Expression first, List<Link> links) implements Expression {

  /** An operator with its right operand. */
  public record Link(Operator operator, Expression operand) {}

  /** The operators. */
  public enum Operator {
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_EQUAL,
    GREATER,
    GREATER_EQUAL,
    IN,
    NOT_IN;

    boolean holds(Value left, Value right) {
      return switch (this) {
        case EQUAL -> left.equals(right);
        case NOT_EQUAL -> !left.equals(right);
        case LESS -> Operators.ordered("<", left, right);
        case LESS_EQUAL -> Operators.ordered("<=", left, right);
        case GREATER -> Operators.ordered(">", left, right);
        case GREATER_EQUAL -> Operators.ordered(">=", left, right);
        case IN -> right.contains(left);
        case NOT_IN -> !right.contains(left);
      };
    }
  }

  @Override
  public Value evaluate(Frame frame) {
    Value left = first.evaluate(frame);
    for (Link link : links) {
      Value right = link.operand.evaluate(frame);
      if (!link.operator.holds(left, right)) {
        return BooleanValue.FALSE;
      }
      left = right;
    }
    return BooleanValue.TRUE;
  }
}
