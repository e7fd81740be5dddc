package io.streamweir.inference.operator;

import io.streamweir.engine.SequenceOutput.Reading;
import io.streamweir.schemas.AnswerDelta;
import io.streamweir.schemas.ChatAnswer;
import io.streamweir.schemas.DeltaKind;
import io.streamweir.schemas.tokens.AnswerBuilder;
import io.streamweir.text.output.OutputEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * What has been released of an answer, as the engine has taken it apart. An answer that is text has
 * none of it.
 */
final class ReleasedAnswer {

  private final boolean takenApart;
  private final AnswerBuilder released = new AnswerBuilder();
  private List<AnswerDelta> fresh;
  private int reasoningTokens;

  ReleasedAnswer(boolean takenApart) {
    this.takenApart = takenApart;
    adopt(null, 0);
  }

  /**
   * Takes up what was released before.
   *
   * @param deltas null for none
   * @param reasoning tokens of all that is released
   */
  void adopt(List<AnswerDelta> deltas, int reasoning) {
    if (takenApart) {
      released.append(deltas == null ? List.of() : deltas);
      reasoningTokens = Math.max(reasoningTokens, reasoning);
    }
  }

  /** Adds what a step released. */
  void append(Reading reading) {
    fresh = null;
    if (!takenApart) {
      return;
    }
    fresh = new ArrayList<>();
    if (reading != null) {
      reading.events().forEach(this::append);
      reasoningTokens = reading.reasoningTokens();
    }
  }

  private void append(OutputEvent event) {
    if (event instanceof OutputEvent.Content content) {
      add(DeltaKind.CONTENT, content.text(), -1, "");
    } else if (event instanceof OutputEvent.Reasoning reasoning) {
      add(DeltaKind.REASONING, reasoning.text(), -1, "");
    } else if (event instanceof OutputEvent.ToolCallStart start) {
      add(DeltaKind.TOOL_CALL, start.name(), start.index(), start.id());
    } else if (event instanceof OutputEvent.ToolCallArguments arguments) {
      add(DeltaKind.ARGUMENTS, arguments.text(), arguments.index(), "");
    }
  }

  private void add(DeltaKind kind, String text, int call, String callId) {
    var delta = new AnswerDelta(kind, text, part(kind), call, callId);
    fresh.add(delta);
    released.append(List.of(delta));
  }

  private int part(DeltaKind kind) {
    return released
        .last()
        .map(last -> last.getPart() + (goesOn(last.getKind(), kind) ? 0 : 1))
        .orElse(0);
  }

  private static boolean goesOn(DeltaKind last, DeltaKind next) {
    return next == DeltaKind.ARGUMENTS || (next == last && next != DeltaKind.TOOL_CALL);
  }

  boolean takenApart() {
    return takenApart;
  }

  /** What the last step added; null if the answer is text. */
  List<AnswerDelta> fresh() {
    return fresh;
  }

  /** Everything, neighbours joined; null if the answer is text. */
  List<AnswerDelta> deltas() {
    return released.deltas();
  }

  /** Size of everything, as chunks tell where their deltas begin. */
  int size() {
    return released.size();
  }

  /** Null if the answer is text. */
  ChatAnswer answer() {
    return released.answer();
  }

  int reasoningTokens() {
    return reasoningTokens;
  }
}
