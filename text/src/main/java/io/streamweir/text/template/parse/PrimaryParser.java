package io.streamweir.text.template.parse;

import io.streamweir.text.template.parse.Token.Kind;
import io.streamweir.text.template.tree.DictDisplay;
import io.streamweir.text.template.tree.Expression;
import io.streamweir.text.template.tree.Literal;
import io.streamweir.text.template.tree.Name;
import io.streamweir.text.template.tree.SequenceDisplay;
import io.streamweir.text.template.value.BooleanValue;
import io.streamweir.text.template.value.FloatValue;
import io.streamweir.text.template.value.IntegerValue;
import io.streamweir.text.template.value.NoneValue;
import io.streamweir.text.template.value.StringValue;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Names, constants and what stands in brackets. */
final class PrimaryParser {
  private final TokenStream tokens;
  private final ExpressionParser expressions;

  PrimaryParser(TokenStream tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  Expression primary() {
    Token token = tokens.current();
    return switch (token.kind()) {
      case NAME -> name(tokens.next().text());
      case STRING -> strings();
      case INTEGER -> new Literal(new IntegerValue(integer(tokens.next().text())));
      case FLOAT ->
          new Literal(new FloatValue(Double.parseDouble(tokens.next().text().replace("_", ""))));
      default -> bracketed();
    };
  }

  private static Expression name(String name) {
    return switch (name) {
      case "true", "True" -> new Literal(BooleanValue.TRUE);
      case "false", "False" -> new Literal(BooleanValue.FALSE);
      case "none", "None" -> new Literal(NoneValue.NONE);
      default -> new Name(name);
    };
  }

  /** Neighbouring strings are one. */
  private Expression strings() {
    StringBuilder text = new StringBuilder();
    while (tokens.at(Kind.STRING)) {
      text.append(tokens.next().text());
    }
    return new Literal(StringValue.of(text.toString()));
  }

  private static BigInteger integer(String text) {
    String digits = text.replace("_", "").toLowerCase(Locale.ROOT);
    if (digits.startsWith("0x")) {
      return new BigInteger(digits.substring(2), 16);
    }
    if (digits.startsWith("0o")) {
      return new BigInteger(digits.substring(2), 8);
    }
    return digits.startsWith("0b")
        ? new BigInteger(digits.substring(2), 2)
        : new BigInteger(digits);
  }

  private Expression bracketed() {
    if (tokens.skipOperator("(")) {
      return parenthesised();
    }
    if (tokens.skipOperator("[")) {
      List<Expression> items = new ArrayList<>();
      while (!tokens.skipOperator("]")) {
        items.add(expressions.expression());
        separatorOr("]");
      }
      return new SequenceDisplay(items, false);
    }
    if (tokens.skipOperator("{")) {
      List<DictDisplay.Entry> entries = new ArrayList<>();
      while (!tokens.skipOperator("}")) {
        Expression key = expressions.expression();
        tokens.expectOperator(":");
        entries.add(new DictDisplay.Entry(key, expressions.expression()));
        separatorOr("}");
      }
      return new DictDisplay(entries);
    }
    throw tokens.unexpected("an expression");
  }

  private Expression parenthesised() {
    if (tokens.skipOperator(")")) {
      return new SequenceDisplay(List.of(), true);
    }
    Expression inner = expressions.tuple();
    tokens.expectOperator(")");
    return inner;
  }

  private void separatorOr(String end) {
    if (!tokens.atOperator(end)) {
      tokens.expectOperator(",");
    }
  }
}
