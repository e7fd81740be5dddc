package io.streamweir.text.output;

import io.streamweir.text.output.Markup.Attempt;
import java.util.List;

/**
 * DeepSeek's tokens around each call and around all of them. R1 and V3 write the word "function"
 * before the name and a fence around the arguments, V3.1 neither; both are read.
 */
final class DeepSeekCalls implements CallSyntax {
  private static final List<String> OPENINGS =
      List.of(Markers.DEEPSEEK_CALLS, Markers.DEEPSEEK_CALL);
  private static final int FENCED_NAME = 1;
  private static final int NAME = 2;
  private static final Markup START =
      Markup.of(
          "[\\r\\n]*(?:%s\\s*)?%s\\s*"
              + "(?:function%s\\s*([^\\s<{`]+)\\s*```json\\s*(?=\\{)|([^\\s<{]+)\\s*%s\\s*(?=\\{))",
          Markers.DEEPSEEK_CALLS,
          Markers.DEEPSEEK_CALL,
          Markers.DEEPSEEK_SEPARATOR,
          Markers.DEEPSEEK_SEPARATOR);
  private static final Markup CALL_END = Markup.of("\\s*(?:```\\s*)?%s", Markers.DEEPSEEK_CALL_END);
  private static final Markup CALLS_END = Markup.of("\\s*%s", Markers.DEEPSEEK_CALLS_END);

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
