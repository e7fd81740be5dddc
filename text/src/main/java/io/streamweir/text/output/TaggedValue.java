package io.streamweir.text.output;

import io.streamweir.text.output.MarkerSearch.Match;
import java.util.List;
import java.util.Set;

/**
 * The value of one argument. If it can only be a string it passes as it comes; otherwise its type
 * is known when all of it is there.
 */
final class TaggedValue implements State {
  private static final Set<String> STRING = Set.of("string");

  private final TaggedSyntax syntax;
  private final MarkerSearch search;
  private final Set<String> types;
  private final State members;
  private boolean begun;
  private boolean quoted;
  private int searched;

  TaggedValue(TaggedSyntax syntax, Set<String> types, State members) {
    this.syntax = syntax;
    this.search = new MarkerSearch(List.of(syntax.valueEnd()));
    this.types = types;
    this.members = members;
  }

  @Override
  public boolean insideCall() {
    return true;
  }

  @Override
  public State advance(Input in, Emitter out) {
    if (!begun && !begin(in, out)) {
      return null;
    }
    Match match = search.find(in, searched);
    int frame = frameBefore(in, match);
    int length = match.at() - frame;
    if (types.equals(STRING)) {
      pass(in.take(length), out);
    } else if (match.found()) {
      String text = in.take(length);
      out.converted(text, ArgumentValue.json(text, types));
    } else if (in.ended()) {
      out.arguments(in.take(length));
    } else {
      searched = match.at();
      return null;
    }
    if (!match.found()) {
      return null;
    }
    if (types.equals(STRING)) {
      out.converted("", quoted ? "\"" : "\"\"");
    }
    out.markup(in.take(frame + match.marker().length()));
    return members;
  }

  private boolean begin(Input in, Emitter out) {
    if (in.length() == 0) {
      return false;
    }
    begun = true;
    if (syntax.framed() && in.charAt(0) == '\n') {
      out.markup(in.take(1));
    }
    return true;
  }

  private void pass(String text, Emitter out) {
    if (!text.isEmpty()) {
      out.converted(text, (quoted ? "" : "\"") + JsonText.escape(text));
      quoted = true;
    }
  }

  private int frameBefore(Input in, Match match) {
    boolean mayEnd = match.found() || !in.ended();
    boolean line = match.at() > 0 && in.charAt(match.at() - 1) == '\n';
    return syntax.framed() && mayEnd && line ? 1 : 0;
  }
}
