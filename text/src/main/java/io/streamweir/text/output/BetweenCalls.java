package io.streamweir.text.output;

import java.util.List;

/**
 * After a call: white space before another call, or before the end, is none of the content.
 *
 * <p>The state for the text recognises the next call; this one only looks whether it begins.
 */
final class BetweenCalls implements State {
  private final List<String> openings;
  private final State text;
  private final int longest;

  BetweenCalls(List<String> openings, State text) {
    this.openings = List.copyOf(openings);
    this.text = text;
    this.longest = openings.stream().mapToInt(String::length).max().orElse(0);
  }

  @Override
  public State advance(Input in, Emitter out) {
    int space = Lines.leadingSpace(in, Lines.MAX_SPACE);
    String rest = Lines.at(in, space, longest);
    if (in.ended() && rest.isEmpty()) {
      out.markup(in.takeAll());
      return null;
    }
    boolean bounded = space < Lines.MAX_SPACE;
    boolean opens = bounded && openings.stream().anyMatch(rest::startsWith);
    boolean mayOpen = bounded && openings.stream().anyMatch(opening -> opening.startsWith(rest));
    if (!opens && mayOpen && !in.ended()) {
      return null;
    }
    out.markup(in.take(opens ? space : Lines.leading(in.subSequence(0, space))));
    return text;
  }
}
