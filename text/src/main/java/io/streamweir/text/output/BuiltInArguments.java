package io.streamweir.text.output;

import io.streamweir.text.output.JsonSpan.Step;
import io.streamweir.text.output.Markup.Attempt;
import io.streamweir.text.output.Markup.Outcome;

/** {@code key="value", other=1)} as the arguments of a call: the form of Llama's built-in tools. */
final class BuiltInArguments implements State {
  private static final int KEY = 1;

  /** A key before its value, or the end. */
  static final String MEMBER =
      "\\s*(?:,\\s*)?(?:(\\w+)\\s*=\\s*(?=[\"{\\[0-9-]|(?:true|false|null)\\b)|\\))";

  private static final Markup NEXT = new Markup(MEMBER);

  private final State after;
  private boolean first = true;
  private JsonSpan value;

  BuiltInArguments(State after) {
    this.after = after;
  }

  @Override
  public boolean insideCall() {
    return true;
  }

  @Override
  public State advance(Input in, Emitter out) {
    return value == null ? member(in, out) : value(in, out);
  }

  private State member(Input in, Emitter out) {
    Attempt attempt = NEXT.at(in);
    if (attempt.outcome() == Outcome.OPEN) {
      return null;
    }
    String open = first ? "{" : "";
    if (attempt.outcome() == Outcome.REFUSED) {
      if (!in.ended()) {
        out.converted("", open + "}");
      }
      return after;
    }
    String key = attempt.group(KEY);
    String markup = in.take(attempt.end());
    if (key == null) {
      out.converted(markup, open + "}");
      return after;
    }
    out.converted(markup, (first ? open : ", ") + JsonText.quote(key) + ": ");
    first = false;
    value = new JsonSpan();
    return this;
  }

  private State value(Input in, Emitter out) {
    for (int i = 0; i < in.length(); i++) {
      Step step = value.accept(in.charAt(i));
      if (step != Step.INSIDE) {
        out.arguments(in.take(step == Step.LAST ? i + 1 : i));
        value = null;
        return this;
      }
    }
    out.arguments(in.takeAll());
    return null;
  }
}
