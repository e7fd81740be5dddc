package io.streamweir.text.template.parse;

import io.streamweir.text.template.parse.Token.Kind;
import io.streamweir.text.template.tree.ArgumentList;
import io.streamweir.text.template.tree.AttributeAccess;
import io.streamweir.text.template.tree.Call;
import io.streamweir.text.template.tree.Expression;
import io.streamweir.text.template.tree.FilterCall;
import io.streamweir.text.template.tree.ItemAccess;
import io.streamweir.text.template.tree.Literal;
import io.streamweir.text.template.tree.SliceAccess;
import io.streamweir.text.template.tree.TestCall;
import io.streamweir.text.template.tree.Unary;
import io.streamweir.text.template.value.NoneValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Operands with what follows them: subscripts, calls, filters and tests. */
final class OperandParser {
  private static final Set<Kind> BEGINNING_AN_ARGUMENT =
      Set.of(Kind.NAME, Kind.STRING, Kind.INTEGER, Kind.FLOAT);
  private static final Set<String> NO_ARGUMENT = Set.of("else", "or", "and");

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private final PrimaryParser primaries;

  OperandParser(TokenStream tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
    this.primaries = new PrimaryParser(tokens, expressions);
  }

  /** A signed operand; a filter after it takes the signed value. */
  Expression unary(boolean withFilters) {
    tokens.enter();
    Expression operand;
    if (tokens.skipOperator("-")) {
      operand = new Unary(Unary.Operator.NEGATE, unary(false));
    } else if (tokens.skipOperator("+")) {
      operand = new Unary(Unary.Operator.PLUS, unary(false));
    } else {
      operand = primaries.primary();
    }
    operand = postfix(operand);
    tokens.leave();
    return withFilters ? filtersAndTests(operand) : operand;
  }

  /** The filters after a pipe, or after the tag name of a filter block. */
  FilterCall filter(Expression input) {
    String name = dottedName();
    ArgumentList arguments = tokens.atOperator("(") ? arguments() : ArgumentList.NONE;
    return new FilterCall(input, name, arguments);
  }

  private Expression postfix(Expression start) {
    Expression operand = start;
    while (true) {
      if (tokens.skipOperator(".")) {
        operand = member(operand);
      } else if (tokens.skipOperator("[")) {
        operand = subscript(operand);
      } else if (tokens.atOperator("(")) {
        operand = new Call(operand, arguments());
      } else {
        return operand;
      }
    }
  }

  private Expression filtersAndTests(Expression start) {
    Expression operand = start;
    while (true) {
      if (tokens.skipOperator("|")) {
        operand = filter(operand);
      } else if (tokens.skipName("is")) {
        operand = test(operand);
      } else if (tokens.atOperator("(")) {
        operand = new Call(operand, arguments());
      } else {
        return operand;
      }
    }
  }

  private Expression member(Expression target) {
    if (tokens.at(Kind.INTEGER)) {
      return new ItemAccess(target, primaries.primary());
    }
    return new AttributeAccess(target, tokens.expectAnyName());
  }

  private Expression subscript(Expression target) {
    Expression start = tokens.atOperator(":") ? null : expressions.tuple();
    if (!tokens.skipOperator(":")) {
      tokens.expectOperator("]");
      return new ItemAccess(target, start);
    }
    Expression stop = bound();
    Expression step = tokens.skipOperator(":") ? bound() : null;
    tokens.expectOperator("]");
    return new SliceAccess(target, start, stop, step);
  }

  private Expression bound() {
    boolean leftOut = tokens.atOperator(":") || tokens.atOperator("]");
    return leftOut ? null : expressions.expression();
  }

  private Expression test(Expression subject) {
    boolean negated = tokens.skipName("not");
    String name = dottedName();
    Expression test = new TestCall(subject, name, testArguments());
    return negated ? new Unary(Unary.Operator.NOT, test) : test;
  }

  private ArgumentList testArguments() {
    if (tokens.atOperator("(")) {
      return arguments();
    }
    Token token = tokens.current();
    boolean bracket = token.isOperator("[") || token.isOperator("{");
    boolean argument = bracket || BEGINNING_AN_ARGUMENT.contains(token.kind());
    if (!argument || token.kind() == Kind.NAME && NO_ARGUMENT.contains(token.text())) {
      return ArgumentList.NONE;
    }
    if (token.isName("is")) {
      throw new SyntaxFailure(token.line(), "tests cannot be chained with 'is'");
    }
    return new ArgumentList(List.of(postfix(primaries.primary())), Map.of());
  }

  private String dottedName() {
    StringBuilder name = new StringBuilder(tokens.expectAnyName());
    while (tokens.skipOperator(".")) {
      name.append('.').append(tokens.expectAnyName());
    }
    return name.toString();
  }

  private ArgumentList arguments() {
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    tokens.expectOperator("(");
    while (!tokens.atOperator(")")) {
      if (tokens.at(Kind.NAME) && tokens.following().isOperator("=")) {
        String name = tokens.next().text();
        tokens.next();
        named.put(name, expressions.expression());
      } else if (named.isEmpty()) {
        positional.add(expressions.expression());
      } else {
        throw tokens.unexpected("a keyword argument");
      }
      if (!tokens.atOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    tokens.expectOperator(")");
    return new ArgumentList(positional, named);
  }

  /** The input of a filter whose input is captured text. */
  static Expression noInput() {
    return new Literal(NoneValue.NONE);
  }
}
