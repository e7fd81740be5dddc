package io.streamweir.text.template.parse;

/**
 * A piece of template source.
 *
 * @param kind what it is
 * @param text the characters; of a string, what it stands for
 * @param line where it starts
 */
record Token(Kind kind, String text, int line) {

  enum Kind {
    DATA,
    VARIABLE_BEGIN,
    VARIABLE_END,
    BLOCK_BEGIN,
    BLOCK_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean is(Kind wanted, String wantedText) {
    return kind == wanted && text.equals(wantedText);
  }

  boolean isName(String name) {
    return is(Kind.NAME, name);
  }

  boolean isOperator(String operator) {
    return is(Kind.OPERATOR, operator);
  }

  /** How messages call it. */
  String described() {
    return switch (kind) {
      case END -> "the end of the template";
      case DATA -> "text";
      case VARIABLE_END, BLOCK_END -> "the end of the tag";
      default -> "'" + text + "'";
    };
  }
}
