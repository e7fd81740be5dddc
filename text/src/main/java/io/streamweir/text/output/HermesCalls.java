package io.streamweir.text.output;

import java.util.List;

/** {@code <tool_call>}, an object with name and arguments, {@code </tool_call>}; again for each. */
final class HermesCalls implements CallSyntax {
  private static final List<String> OPENINGS = List.of(Markers.TOOL_CALL);
  private static final Markup CLOSING = Markup.of("\\s*%s", Markers.TOOL_CALL_END);

  private final State text = TextState.withLines(OPENINGS, this::call);
  private final State between = new BetweenCalls(OPENINGS, text);

  @Override
  public State content() {
    return text;
  }

  private State call(int opening) {
    return new CallObject(opening, name -> true, new Closing(CLOSING, between), text);
  }
}
