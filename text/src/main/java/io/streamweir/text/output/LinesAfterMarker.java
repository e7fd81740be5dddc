package io.streamweir.text.output;

/** The line ends after a marker, which belong to it. */
final class LinesAfterMarker implements State {
  private final State next;

  LinesAfterMarker(State next) {
    this.next = next;
  }

  @Override
  public State advance(Input in, Emitter out) {
    out.markup(in.take(Lines.leading(in)));
    return in.length() > 0 ? next : null;
  }
}
