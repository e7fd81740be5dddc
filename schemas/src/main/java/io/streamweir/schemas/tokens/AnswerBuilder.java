package io.streamweir.schemas.tokens;

import io.streamweir.schemas.AnswerDelta;
import io.streamweir.schemas.ChatAnswer;
import io.streamweir.schemas.DeltaKind;
import io.streamweir.schemas.ToolCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Collects the deltas of one answer, in the order of the stream.
 *
 * <p>An answer of which no chunk had deltas is text, and has none of what is told here. Not
 * thread-safe.
 */
public final class AnswerBuilder {

  /** A part of the answer: neighbouring deltas of one kind, or one call. */
  private static final class Part {
    final AnswerDelta first;
    final StringBuilder text;

    Part(AnswerDelta first) {
      this.first = first;
      this.text = new StringBuilder(first.getText());
    }

    DeltaKind kind() {
      return first.getKind();
    }

    AnswerDelta joined() {
      return AnswerDelta.newBuilder(first).setText(text.toString()).build();
    }
  }

  private final List<Part> parts = new ArrayList<>();
  private boolean takenApart;
  private int size;

  /**
   * Adds the deltas of the next chunk.
   *
   * @param deltas null if the chunk has none, because the answer is text
   */
  public void append(List<AnswerDelta> deltas) {
    if (deltas == null) {
      return;
    }
    takenApart = true;
    for (var delta : deltas) {
      size += AnswerDeltas.size(delta);
      var last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
      if (last != null && goesOn(last.first, delta)) {
        last.text.append(delta.getText());
      } else {
        parts.add(new Part(delta));
      }
    }
  }

  private static boolean goesOn(AnswerDelta last, AnswerDelta next) {
    return last.getKind() == next.getKind() && last.getPart() == next.getPart();
  }

  /** Forgets everything: the stream starts over. */
  public void clear() {
    parts.clear();
    takenApart = false;
    size = 0;
  }

  /** See {@link AnswerDeltas#size(List)}. */
  public int size() {
    return size;
  }

  /** The last delta, as far as it has come; none at the beginning. */
  public Optional<AnswerDelta> last() {
    return parts.isEmpty() ? Optional.empty() : Optional.of(parts.get(parts.size() - 1).first);
  }

  /** All deltas, neighbours of one kind joined; null if the answer is text. */
  public List<AnswerDelta> deltas() {
    return takenApart ? parts.stream().map(Part::joined).toList() : null;
  }

  /** The answer so far; null if it is text. */
  public ChatAnswer answer() {
    if (!takenApart) {
      return null;
    }
    return new ChatAnswer(text(DeltaKind.CONTENT), text(DeltaKind.REASONING), calls());
  }

  private String text(DeltaKind kind) {
    var text = new StringBuilder();
    parts.stream().filter(part -> part.kind() == kind).forEach(part -> text.append(part.text));
    return text.toString();
  }

  private List<ToolCall> calls() {
    var calls = new ArrayList<ToolCall>();
    for (var part : parts) {
      if (part.kind() == DeltaKind.TOOL_CALL) {
        calls.add(new ToolCall(part.first.getCallId(), part.text.toString(), ""));
      } else if (part.kind() == DeltaKind.ARGUMENTS && !calls.isEmpty()) {
        calls.get(calls.size() - 1).setArguments(part.text.toString());
      }
    }
    return calls;
  }
}
