package io.streamweir.text.output;

/** The beginning of an answer whose prompt has not opened the thinking block. */
final class ThinkingStart implements State {
  private final ThinkingTags tags;
  private final State content;

  ThinkingStart(ThinkingTags tags, State content) {
    this.tags = tags;
    this.content = content;
  }

  @Override
  public State advance(Input in, Emitter out) {
    int space = Lines.leadingSpace(in, Lines.MAX_SPACE);
    String beginning = Lines.at(in, space, tags.open().length());
    if (space < Lines.MAX_SPACE && beginning.equals(tags.open())) {
      out.markup(in.take(space + tags.open().length()));
      return new Thinking(tags, content);
    }
    boolean open = space < Lines.MAX_SPACE && tags.open().startsWith(beginning) && !in.ended();
    return open ? null : content;
  }
}
