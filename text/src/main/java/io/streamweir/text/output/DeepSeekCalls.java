package io.streamweir.text.output;

import io.streamweir.text.output.Markup.Attempt;
import java.util.List;

/**
 * DeepSeek's tokens around each call and around all of them. R1 and V3 write the word "function"
 * before the name and a fence around the arguments, V3.1 neither; both are read.
 */
final class DeepSeekCalls implements CallSyntax {
  static final String ALL_BEGIN = "<｜tool▁calls▁begin｜>";
  static final String ALL_END = "<｜tool▁calls▁end｜>";
  static final String BEGIN = "<｜tool▁call▁begin｜>";
  static final String END = "<｜tool▁call▁end｜>";
  static final String SEPARATOR = "<｜tool▁sep｜>";

  private static final List<String> OPENINGS = List.of(ALL_BEGIN, BEGIN);
  private static final int FENCED_NAME = 1;
  private static final int NAME = 2;
  private static final Markup START =
      new Markup(
          ("[\\r\\n]*(?:%s\\s*)?%s\\s*"
                  + "(?:function%s\\s*([^\\s<{`]+)\\s*```json\\s*(?=\\{)|([^\\s<{]+)\\s*%s\\s*(?=\\{))")
              .formatted(ALL_BEGIN, BEGIN, SEPARATOR, SEPARATOR));
  private static final Markup CALL_END = new Markup("\\s*(?:```\\s*)?" + END);
  private static final Markup CALLS_END = new Markup("\\s*" + ALL_END);

  private final State text = TextState.withLines(OPENINGS, this::call);
  private final State between = new BetweenCalls(OPENINGS, text);

  @Override
  public State content() {
    return text;
  }

  private State call(int opening) {
    return new CallStart(opening, START, this::begin, text);
  }

  private State begin(Attempt match, Input in, Emitter out) {
    String fenced = match.group(FENCED_NAME);
    String name = fenced == null ? match.group(NAME) : fenced;
    out.markup(in.take(match.end()));
    out.startCall(name);
    return new JsonArguments(new Closing(CALL_END, new Closing(CALLS_END, between)));
  }
}
