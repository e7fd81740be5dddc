package io.streamweir.text.output;

import io.streamweir.text.output.Markup.Attempt;
import java.util.Set;
import java.util.function.Function;

/** The arguments of one tagged call, between their values. */
final class TaggedMembers implements State {
  private final TaggedSyntax syntax;
  private final Function<String, Set<String>> types;
  private final State between;
  private boolean first = true;

  /**
   * @param types the JSON types that the tool allows for an argument; none if it does not say
   */
  TaggedMembers(TaggedSyntax syntax, Function<String, Set<String>> types, State between) {
    this.syntax = syntax;
    this.types = types;
    this.between = between;
  }

  @Override
  public boolean insideCall() {
    return true;
  }

  @Override
  public State advance(Input in, Emitter out) {
    Attempt attempt = syntax.member().at(in);
    return switch (attempt.outcome()) {
      case OPEN -> null;
      case REFUSED -> broken(in, out);
      case MATCHED -> member(attempt, in, out);
    };
  }

  private State member(Attempt match, Input in, Emitter out) {
    String key = match.group(1);
    String markup = in.take(match.end());
    if (key == null) {
      out.converted(markup, first ? "{}" : "}");
      return syntax.closing().<State>map(marker -> new Closing(marker, between)).orElse(between);
    }
    out.converted(markup, (first ? "{" : ", ") + JsonText.quote(key) + ": ");
    first = false;
    return new TaggedValue(syntax, types.apply(key), this);
  }

  /** Text that is no markup ends the call; where the whole text ends, the arguments stay open. */
  private State broken(Input in, Emitter out) {
    if (!in.ended()) {
      out.converted("", first ? "{}" : "}");
    }
    return between;
  }
}
