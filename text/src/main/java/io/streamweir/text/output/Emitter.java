package io.streamweir.text.output;

import io.streamweir.text.output.OutputEvent.Content;
import io.streamweir.text.output.OutputEvent.Reasoning;
import io.streamweir.text.output.OutputEvent.ToolCallArguments;
import io.streamweir.text.output.OutputEvent.ToolCallStart;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Collects events and joins neighbouring deltas. Every character of the input goes through one of
 * these methods, the markers that stay out of the events too, so that a test can see that none is
 * lost.
 */
final class Emitter {
  /** Sees the input as it leaves, in its order. */
  interface Trace {
    Trace NONE = (text, markup) -> {};

    /**
     * @param markup whether the text is in no event
     */
    void taken(String text, boolean markup);
  }

  private enum Kind {
    REASONING,
    CONTENT,
    ARGUMENTS
  }

  private final IntFunction<String> callIds;
  private final Trace trace;
  private final StringBuilder delta = new StringBuilder();
  private List<OutputEvent> events = new ArrayList<>();
  private Kind kind = Kind.CONTENT;
  private int calls;

  /**
   * @param callIds the id of a call by its index
   */
  Emitter(IntFunction<String> callIds, Trace trace) {
    this.callIds = callIds;
    this.trace = trace;
  }

  void reasoning(String text) {
    trace.taken(text, false);
    add(Kind.REASONING, text);
  }

  void content(String text) {
    trace.taken(text, false);
    add(Kind.CONTENT, text);
  }

  /** A marker, or white space that belongs to one. */
  void markup(String text) {
    trace.taken(text, true);
  }

  void startCall(String name) {
    startCall(name, callIds.apply(calls));
  }

  /** A call whose id the model has chosen. */
  void startCall(String name, String id) {
    flush();
    events.add(new ToolCallStart(calls, id, name));
    calls++;
  }

  /** Arguments that the model wrote as JSON. */
  void arguments(String text) {
    trace.taken(text, false);
    add(Kind.ARGUMENTS, text);
  }

  /**
   * Arguments that the model wrote in another form.
   *
   * @param text what the model wrote
   * @param json what that is as JSON
   */
  void converted(String text, String json) {
    trace.taken(text, false);
    add(Kind.ARGUMENTS, json);
  }

  int calls() {
    return calls;
  }

  /** The events since the last time. */
  List<OutputEvent> drain() {
    flush();
    List<OutputEvent> drained = events;
    events = new ArrayList<>();
    return drained;
  }

  private void add(Kind next, String text) {
    if (kind != next) {
      flush();
      kind = next;
    }
    delta.append(text);
  }

  private void flush() {
    if (delta.isEmpty()) {
      return;
    }
    String text = delta.toString();
    delta.setLength(0);
    events.add(
        switch (kind) {
          case REASONING -> new Reasoning(text);
          case CONTENT -> new Content(text);
          case ARGUMENTS -> new ToolCallArguments(calls - 1, text);
        });
  }
}
