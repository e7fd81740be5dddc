package io.streamweir.text.output;

import io.streamweir.text.output.Markup.Attempt;
import io.streamweir.text.output.Markup.Outcome;

/** A marker that ends something. Models forget it, so without it the next state goes on too. */
final class Closing implements State {
  private final Markup marker;
  private final State next;

  Closing(Markup marker, State next) {
    this.marker = marker;
    this.next = next;
  }

  @Override
  public State advance(Input in, Emitter out) {
    Attempt attempt = marker.at(in);
    if (attempt.outcome() == Outcome.OPEN) {
      return null;
    }
    if (attempt.outcome() == Outcome.MATCHED) {
      out.markup(in.take(attempt.end()));
    }
    return next;
  }
}
