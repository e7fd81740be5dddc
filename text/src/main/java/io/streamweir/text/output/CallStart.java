package io.streamweir.text.output;

import io.streamweir.text.output.Markup.Attempt;
import io.streamweir.text.output.Markup.Outcome;

/**
 * The markup at the beginning of a call. When something else follows its first marker, that marker
 * is ordinary text.
 */
final class CallStart implements State {
  private final int opening;
  private final Markup markup;
  private final Matched matched;
  private final State refused;

  /** What to do with complete markup; it still stands in the input. */
  interface Matched {
    State begin(Attempt match, Input in, Emitter out);
  }

  /**
   * @param opening how many characters the first marker has, with the line ends before it
   */
  CallStart(int opening, Markup markup, Matched matched, State refused) {
    this.opening = opening;
    this.markup = markup;
    this.matched = matched;
    this.refused = refused;
  }

  @Override
  public State advance(Input in, Emitter out) {
    Attempt attempt = markup.at(in);
    if (attempt.outcome() == Outcome.OPEN) {
      return null;
    }
    if (attempt.outcome() == Outcome.MATCHED) {
      return matched.begin(attempt, in, out);
    }
    out.content(in.take(opening));
    return refused;
  }
}
