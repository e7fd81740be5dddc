package io.streamweir.text.output;

import io.streamweir.text.output.Markup.Attempt;
import io.streamweir.text.output.Markup.Outcome;
import java.util.List;

/**
 * {@code [TOOL_CALLS]}, then an array of objects with name and arguments (up to the tokenizer
 * version 3, as in Nemo), or a name, perhaps {@code [CALL_ID]} and an id, {@code [ARGS]} and the
 * arguments, all of it again for each call (from version 11 on).
 */
final class MistralCalls implements CallSyntax {
  private static final List<String> OPENINGS = List.of(Markers.TOOL_CALLS);
  private static final int ARRAY = 1;
  private static final int NAME = 2;
  private static final int ID = 3;
  private static final Markup START =
      Markup.of(
          "[\\r\\n]*%s\\s*(?:(\\[)\\s*(?=\\{)"
              + "|([^\\s\\[\\]{}\"]+)\\s*(?:%s([^\\s\\[\\]{}]+)\\s*)?"
              + "(?:%s\\s*)?(?=\\{))",
          Markers.TOOL_CALLS, Markers.CALL_ID, Markers.ARGS);
  private static final int NEXT = 1;
  private static final Markup ELEMENT_END = new Markup("\\s*(?:(,)\\s*(?=\\{)|])");

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
    if (match.group(ARRAY) != null) {
      return element(match.end());
    }
    String name = match.group(NAME);
    String id = match.group(ID);
    out.markup(in.take(match.end()));
    if (id == null) {
      out.startCall(name);
    } else {
      out.startCall(name, id);
    }
    return new JsonArguments(between);
  }

  private State element(int markup) {
    return new CallObject(markup, name -> true, this::elementEnd, text);
  }

  private State elementEnd(Input in, Emitter out) {
    Attempt attempt = ELEMENT_END.at(in);
    if (attempt.outcome() == Outcome.MATCHED && attempt.group(NEXT) != null) {
      return element(attempt.end());
    }
    if (attempt.outcome() == Outcome.MATCHED) {
      out.markup(in.take(attempt.end()));
    }
    return attempt.outcome() == Outcome.OPEN ? null : between;
  }
}
