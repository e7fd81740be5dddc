package io.streamweir.text.output;

import io.streamweir.text.output.JsonSpan.Step;

/** The arguments of a call that has started, written as one JSON value; passed on as they come. */
final class JsonArguments implements State {
  private final JsonSpan span = new JsonSpan();
  private final State after;

  JsonArguments(State after) {
    this.after = after;
  }

  @Override
  public State advance(Input in, Emitter out) {
    for (int i = 0; i < in.length(); i++) {
      Step step = span.accept(in.charAt(i));
      if (step != Step.INSIDE) {
        out.arguments(in.take(step == Step.LAST ? i + 1 : i));
        return after;
      }
    }
    out.arguments(in.takeAll());
    return null;
  }

  @Override
  public boolean insideCall() {
    return true;
  }
}
