package io.streamweir.text.output;

import static java.util.Objects.requireNonNull;

import io.streamweir.text.output.OutputEvent.End;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes an answer apart while it comes: reasoning, content, tool calls.
 *
 * <p>Nothing is lost: what looks like a call and is none comes back as content. In no event are
 * only the markers of what was understood, the white space beside them, and members of a call other
 * than its name and arguments. Text is held back only while it may be the beginning of a marker or
 * of a call.
 *
 * <p><b>Resuming.</b> What has been said after some text depends on that text alone, not on the
 * pieces it came in. After a crash a new parser is fed with the text released so far, its events
 * are dropped, and it goes on exactly where the old one was, with the same ids.
 *
 * <p>One object per answer; not thread-safe. The work is linear in the text.
 */
public final class OutputParser {
  private final Input in = new Input();
  private final Emitter out;
  private State state;
  private boolean finished;

  OutputParser(State state, Emitter out) {
    this.state = state;
    this.out = out;
  }

  /**
   * Takes the next piece of text, as a detokenizer releases it.
   *
   * @return what it says, often nothing
   * @throws IllegalStateException after {@link #finish}
   */
  public List<OutputEvent> feed(String text) {
    if (finished) {
      throw new IllegalStateException(
          "The answer is finished, no text can follow; make a parser for each answer.");
    }
    in.append(requireNonNull(text, "text is null"));
    advance();
    return out.drain();
  }

  /**
   * No more text comes.
   *
   * @return what was held back, and the end
   * @throws IllegalStateException if it has been called before
   */
  public List<OutputEvent> finish() {
    if (finished) {
      throw new IllegalStateException("The answer is already finished.");
    }
    finished = true;
    boolean insideToolCall = state.insideCall();
    in.end();
    advance();
    List<OutputEvent> events = new ArrayList<>(out.drain());
    events.add(new End(out.calls(), insideToolCall));
    return events;
  }

  /**
   * Whether the text so far ends inside the model's reasoning. An opening tag that is not complete
   * does not count yet, a closing one that is not complete does not either.
   */
  public boolean thinking() {
    return state.thinking();
  }

  private void advance() {
    for (State next = state.advance(in, out); next != null; next = state.advance(in, out)) {
      state = next;
    }
  }
}
