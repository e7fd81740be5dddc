package io.streamweir.text.output;

import io.streamweir.text.output.MarkerSearch.Match;
import java.util.List;

/**
 * The inside of the thinking block. Only its end counts: what looks like a tool call here is a
 * thought about one.
 */
final class Thinking implements State {
  private final MarkerSearch search;
  private final State content;
  private boolean begun;

  Thinking(ThinkingTags tags, State content) {
    this.search = new MarkerSearch(List.of(tags.close()));
    this.content = content;
  }

  @Override
  public State advance(Input in, Emitter out) {
    if (!begun) {
      out.markup(in.take(Lines.leading(in)));
      begun = in.length() > 0;
    }
    Match match = search.find(in, 0);
    int lines = match.found() || !in.ended() ? Lines.before(in, match.at()) : 0;
    out.reasoning(in.take(match.at() - lines));
    if (!match.found()) {
      return null;
    }
    out.markup(in.take(lines + match.marker().length()));
    return new LinesAfterMarker(content);
  }

  @Override
  public boolean thinking() {
    return true;
  }
}
