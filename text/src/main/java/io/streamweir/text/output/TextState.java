package io.streamweir.text.output;

import io.streamweir.text.output.MarkerSearch.Match;
import java.util.List;
import java.util.function.IntFunction;

/** Content up to the next marker, which is left for the state that it opens. */
final class TextState implements State {
  private final MarkerSearch search;
  private final boolean ownsLines;
  private final IntFunction<State> opened;

  private TextState(List<String> markers, boolean ownsLines, IntFunction<State> opened) {
    this.search = new MarkerSearch(markers);
    this.ownsLines = ownsLines;
    this.opened = opened;
  }

  /**
   * Markers that own the line ends before them.
   *
   * @param opened the state for a marker, by how many characters the line ends and the marker have
   */
  static TextState withLines(List<String> markers, IntFunction<State> opened) {
    return new TextState(markers, true, opened);
  }

  /** Markers beside which every character counts. */
  static TextState exact(List<String> markers, IntFunction<State> opened) {
    return new TextState(markers, false, opened);
  }

  /** Nothing but content. */
  static TextState plain() {
    return new TextState(
        List.of(),
        false,
        length -> {
          throw new IllegalStateException("There is no marker to be found.");
        });
  }

  @Override
  public State advance(Input in, Emitter out) {
    Match match = search.find(in, 0);
    int lines = ownsLines && (match.found() || !in.ended()) ? Lines.before(in, match.at()) : 0;
    out.content(in.take(match.at() - lines));
    return match.found() ? opened.apply(lines + match.marker().length()) : null;
  }
}
