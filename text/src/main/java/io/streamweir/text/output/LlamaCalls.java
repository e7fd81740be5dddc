package io.streamweir.text.output;

import io.streamweir.text.output.Markup.Attempt;
import java.util.List;
import java.util.function.Predicate;

/**
 * An object with name and parameters and no marker around it: a call only if the answer begins with
 * it and the name is that of an offered tool. After {@code <|python_tag|>} too, and there also
 * {@code name.call(key="value")}, the form of the built-in tools. Several objects follow each
 * other, some models put a semicolon between them.
 */
final class LlamaCalls implements CallSyntax {
  private static final List<String> OPENINGS = List.of(Markers.PYTHON_TAG);
  private static final int BUILT_IN = 1;
  private static final Markup START =
      Markup.of(
          "[\\r\\n]*%s\\s*(?:(?=\\{)|(\\w+)\\.call\\((?=" + BuiltInArguments.MEMBER + "))",
          Markers.PYTHON_TAG);
  private static final Markup NEXT = new Markup("\\s*(?:;\\s*)?(?=\\{)");

  private final Predicate<String> offered;
  private final State text = TextState.withLines(OPENINGS, this::tagged);
  private final State between = new BetweenCalls(OPENINGS, text);

  LlamaCalls(Predicate<String> offered) {
    this.offered = offered;
  }

  @Override
  public State content() {
    return this::beginning;
  }

  private State beginning(Input in, Emitter out) {
    int space = Lines.leadingSpace(in, Lines.MAX_SPACE);
    if (space == in.length() && space < Lines.MAX_SPACE && !in.ended()) {
      return null;
    }
    boolean object = space < Math.min(Lines.MAX_SPACE, in.length()) && in.charAt(space) == '{';
    return object ? call(space) : text;
  }

  private State call(int markup) {
    return new CallObject(markup, offered, this::next, text);
  }

  private State next(Input in, Emitter out) {
    Attempt attempt = NEXT.at(in);
    return switch (attempt.outcome()) {
      case OPEN -> null;
      case MATCHED -> call(attempt.end());
      case REFUSED -> between;
    };
  }

  private State tagged(int opening) {
    return new CallStart(opening, START, this::begin, text);
  }

  private State begin(Attempt match, Input in, Emitter out) {
    String builtIn = match.group(BUILT_IN);
    if (builtIn == null) {
      return call(match.end());
    }
    out.markup(in.take(match.end()));
    out.startCall(builtIn);
    return new BuiltInArguments(between);
  }
}
