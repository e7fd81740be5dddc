package io.streamweir.text.output;

import io.streamweir.text.output.Markup.Attempt;

/** Calls in the form of a {@link TaggedSyntax}; the arguments become a JSON object. */
final class TaggedCalls implements CallSyntax {
  private final TaggedSyntax syntax;
  private final Tools tools;
  private final State text;
  private final State between;

  TaggedCalls(TaggedSyntax syntax, Tools tools) {
    this.syntax = syntax;
    this.tools = tools;
    this.text = TextState.withLines(syntax.openings(), this::call);
    this.between = new BetweenCalls(syntax.openings(), text);
  }

  @Override
  public State content() {
    return text;
  }

  private State call(int opening) {
    return new CallStart(opening, syntax.start(), this::begin, text);
  }

  private State begin(Attempt match, Input in, Emitter out) {
    String name = match.group(1);
    out.markup(in.take(match.end()));
    out.startCall(name);
    return new TaggedMembers(syntax, key -> tools.argumentTypes(name, key), between);
  }
}
