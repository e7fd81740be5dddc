package io.streamweir.text.template.parse;

import io.streamweir.text.template.parse.Token.Kind;
import io.streamweir.text.template.tree.Arithmetic;
import io.streamweir.text.template.tree.Comparison;
import io.streamweir.text.template.tree.Concatenation;
import io.streamweir.text.template.tree.Conditional;
import io.streamweir.text.template.tree.Expression;
import io.streamweir.text.template.tree.Logical;
import io.streamweir.text.template.tree.SequenceDisplay;
import io.streamweir.text.template.tree.Unary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Expressions from the loosest operator to the tightest. */
final class ExpressionParser {
  private static final Map<String, Comparison.Operator> COMPARISONS =
      Map.of(
          "==", Comparison.Operator.EQUAL,
          "!=", Comparison.Operator.NOT_EQUAL,
          "<", Comparison.Operator.LESS,
          "<=", Comparison.Operator.LESS_EQUAL,
          ">", Comparison.Operator.GREATER,
          ">=", Comparison.Operator.GREATER_EQUAL);

  private final TokenStream tokens;
  private final OperandParser operands;

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
    this.operands = new OperandParser(tokens, this);
  }

  /** One expression. */
  Expression expression() {
    tokens.enter();
    Expression value = or();
    while (tokens.skipName("if")) {
      Expression condition = or();
      Expression otherwise = tokens.skipName("else") ? expression() : null;
      value = new Conditional(condition, value, otherwise);
    }
    tokens.leave();
    return value;
  }

  /** An expression in which {@code if} is no operator. */
  Expression withoutConditional() {
    tokens.enter();
    Expression value = or();
    tokens.leave();
    return value;
  }

  /** One expression, or several with commas as a tuple. */
  Expression tuple() {
    return tuple(this::expression);
  }

  /** As {@link #tuple()}, of expressions in which {@code if} is no operator. */
  Expression tupleWithoutConditional() {
    return tuple(this::withoutConditional);
  }

  private Expression tuple(Supplier<Expression> element) {
    List<Expression> elements = new ArrayList<>();
    elements.add(element.get());
    boolean several = false;
    while (tokens.skipOperator(",")) {
      several = true;
      if (atEndOfTuple()) {
        break;
      }
      elements.add(element.get());
    }
    return several ? new SequenceDisplay(elements, true) : elements.get(0);
  }

  private boolean atEndOfTuple() {
    return tokens.at(Kind.VARIABLE_END)
        || tokens.at(Kind.BLOCK_END)
        || tokens.atOperator(")")
        || tokens.atName("recursive");
  }

  OperandParser operands() {
    return operands;
  }

  private Expression or() {
    Expression left = and();
    while (tokens.skipName("or")) {
      left = new Logical(false, left, and());
    }
    return left;
  }

  private Expression and() {
    Expression left = not();
    while (tokens.skipName("and")) {
      left = new Logical(true, left, not());
    }
    return left;
  }

  private Expression not() {
    if (!tokens.skipName("not")) {
      return comparison();
    }
    tokens.enter();
    Expression operand = not();
    tokens.leave();
    return new Unary(Unary.Operator.NOT, operand);
  }

  private Expression comparison() {
    Expression first = sum();
    List<Comparison.Link> links = new ArrayList<>();
    for (Comparison.Operator operator = comparisonOperator();
        operator != null;
        operator = comparisonOperator()) {
      links.add(new Comparison.Link(operator, sum()));
    }
    return links.isEmpty() ? first : new Comparison(first, links);
  }

  private Comparison.Operator comparisonOperator() {
    if (tokens.at(Kind.OPERATOR) && COMPARISONS.containsKey(tokens.current().text())) {
      return COMPARISONS.get(tokens.next().text());
    }
    if (tokens.skipName("in")) {
      return Comparison.Operator.IN;
    }
    if (tokens.atName("not") && tokens.following().isName("in")) {
      tokens.next();
      tokens.next();
      return Comparison.Operator.NOT_IN;
    }
    return null;
  }

  private Expression sum() {
    return arithmetic(
        this::concatenation, List.of(Arithmetic.Operator.ADD, Arithmetic.Operator.SUBTRACT));
  }

  private Expression concatenation() {
    List<Expression> parts = new ArrayList<>();
    do {
      parts.add(product());
    } while (tokens.skipOperator("~"));
    return parts.size() == 1 ? parts.get(0) : new Concatenation(parts);
  }

  private Expression product() {
    return arithmetic(
        this::power,
        List.of(
            Arithmetic.Operator.MULTIPLY,
            Arithmetic.Operator.DIVIDE,
            Arithmetic.Operator.FLOOR_DIVIDE,
            Arithmetic.Operator.MODULO));
  }

  private Expression power() {
    return arithmetic(() -> operands.unary(true), List.of(Arithmetic.Operator.POWER));
  }

  private Expression arithmetic(Supplier<Expression> operand, List<Arithmetic.Operator> operators) {
    Expression left = operand.get();
    while (true) {
      Arithmetic.Operator operator =
          operators.stream().filter(o -> tokens.atOperator(o.symbol())).findFirst().orElse(null);
      if (operator == null) {
        return left;
      }
      tokens.next();
      left = new Arithmetic(operator, left, operand.get());
    }
  }
}
