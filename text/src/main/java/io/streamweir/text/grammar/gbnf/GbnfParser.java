package io.streamweir.text.grammar.gbnf;

import io.streamweir.text.grammar.regex.CodePoints;
import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.grammar.regex.Spelling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parses GBNF: rules {@code name ::= ...}, one after the other. */
final class GbnfParser {
  private static final int MAX_DEPTH = 100;
  private static final int MAX_COUNT = 10_000;
  private static final int MAX_CHARACTERS = 200_000;

  private final GbnfCursor cursor;

  private GbnfParser(GbnfCursor cursor) {
    this.cursor = cursor;
  }

  /** The right sides by the names of the rules. */
  static Map<String, Expression> parse(String text) {
    GbnfCursor cursor = new GbnfCursor(text);
    if (text.length() > MAX_CHARACTERS) {
      throw cursor.refuse(
          "the grammar has %d characters, at most %d are allowed"
              .formatted(text.length(), MAX_CHARACTERS));
    }
    return new GbnfParser(cursor).rules();
  }

  private Map<String, Expression> rules() {
    Map<String, Expression> rules = new LinkedHashMap<>();
    cursor.skipSpace(true);
    while (cursor.peek() != GbnfCursor.END) {
      String name = cursor.name();
      cursor.skipSpace(false);
      if (!cursor.skip("::=")) {
        throw cursor.refuse("'::=' is expected after the name '" + name + "'");
      }
      cursor.skipSpace(true);
      Expression expression = choice(0);
      if (cursor.peek() != GbnfCursor.END && cursor.peek() != '\n' && cursor.peek() != '\r') {
        throw cursor.refuse("'" + Character.toString(cursor.peek()) + "' does not belong here");
      }
      if (rules.putIfAbsent(name, expression) != null) {
        throw cursor.refuse("the rule '" + name + "' is there twice");
      }
      cursor.skipSpace(true);
    }
    return rules;
  }

  private Expression choice(int depth) {
    if (depth > MAX_DEPTH) {
      throw cursor.refuse("the rule is nested deeper than " + MAX_DEPTH + " levels");
    }
    List<Expression> alternatives = new ArrayList<>();
    do {
      cursor.skipSpace(depth > 0 || !alternatives.isEmpty());
      alternatives.add(sequence(depth));
    } while (cursor.skip("|"));
    return alternatives.size() == 1 ? alternatives.get(0) : new Expression.Choice(alternatives);
  }

  private Expression sequence(int depth) {
    List<Expression> parts = new ArrayList<>();
    while (startsPart(cursor.peek())) {
      parts.add(repeated(part(depth)));
      cursor.skipSpace(depth > 0);
    }
    return parts.size() == 1 ? parts.get(0) : new Expression.Sequence(parts);
  }

  private static boolean startsPart(int c) {
    return c == '"' || c == '[' || c == '(' || c == '.' || GbnfCursor.isNamePart(c);
  }

  private Expression part(int depth) {
    if (cursor.skip("\"")) {
      return literal();
    }
    if (cursor.skip("[")) {
      return characters(characterClass());
    }
    if (cursor.skip(".")) {
      return characters(CodePoints.ALL);
    }
    if (cursor.skip("(")) {
      Expression inner = choice(depth + 1);
      if (!cursor.skip(")")) {
        throw cursor.refuse("a '(' has no ')'");
      }
      return inner;
    }
    int line = cursor.line();
    return new Expression.Name(cursor.name(), line);
  }

  private Expression literal() {
    StringBuilder text = new StringBuilder();
    while (!cursor.skip("\"")) {
      text.appendCodePoint(character());
    }
    return new Expression.Characters(Regex.text(Spelling.PLAIN.text(text.toString())));
  }

  private static Expression characters(CodePoints set) {
    return new Expression.Characters(Spelling.PLAIN.of(set));
  }

  private CodePoints characterClass() {
    boolean negated = cursor.skip("^");
    CodePoints set = CodePoints.of("");
    while (!cursor.skip("]")) {
      int first = character();
      int last = first;
      if (cursor.peek() == '-') {
        cursor.next();
        boolean dashAtEnd = cursor.peek() == ']';
        set = dashAtEnd ? set.or(CodePoints.of("-")) : set;
        last = dashAtEnd ? first : character();
      }
      if (last < first) {
        throw cursor.refuse("a range of characters ends before it starts");
      }
      set = set.or(CodePoints.range(first, last));
    }
    return negated ? set.not() : set;
  }

  private int character() {
    int c = cursor.next();
    if (c != '\\') {
      return scalar(c);
    }
    int letter = cursor.next();
    return switch (letter) {
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'x' -> cursor.hex(2);
      case 'u' -> scalar(cursor.hex(4));
      case 'U' -> scalar(cursor.hex(8));
      case '"', '\\', '[', ']', '-', '^' -> letter;
      default -> throw cursor.refuse("the escape \\" + Character.toString(letter) + " is unknown");
    };
  }

  private int scalar(int character) {
    if (!Character.isValidCodePoint(character)
        || character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
      throw cursor.refuse("%x is no character of Unicode".formatted(character));
    }
    return character;
  }

  private Expression repeated(Expression part) {
    Expression result = part;
    while (true) {
      if (cursor.skip("*")) {
        result = new Expression.Repetition(result, 0, -1);
      } else if (cursor.skip("+")) {
        result = new Expression.Repetition(result, 1, -1);
      } else if (cursor.skip("?")) {
        result = new Expression.Repetition(result, 0, 1);
      } else if (cursor.skip("{")) {
        result = counted(result);
      } else {
        return result;
      }
    }
  }

  private Expression counted(Expression part) {
    int min = count();
    int max = min;
    if (cursor.skip(",")) {
      max = cursor.peek() == '}' ? -1 : count();
    }
    if (!cursor.skip("}") || max >= 0 && max < min) {
      throw cursor.refuse("a repetition is written {n}, {n,} or {n,m} with n not above m");
    }
    return new Expression.Repetition(part, min, max);
  }

  private int count() {
    int value = 0;
    if (cursor.peek() < '0' || cursor.peek() > '9') {
      throw cursor.refuse("a number is expected in a repetition");
    }
    while (cursor.peek() >= '0' && cursor.peek() <= '9') {
      value = value * 10 + cursor.next() - '0';
      if (value > MAX_COUNT) {
        throw cursor.refuse("more than %d repetitions are not supported".formatted(MAX_COUNT));
      }
    }
    return value;
  }
}
