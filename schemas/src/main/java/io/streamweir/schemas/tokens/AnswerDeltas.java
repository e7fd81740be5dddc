package io.streamweir.schemas.tokens;

import io.streamweir.schemas.AnswerDelta;
import io.streamweir.schemas.DeltaKind;
import java.util.ArrayList;
import java.util.List;

/**
 * Sizes of deltas. What the deltas of a stream say when they are joined depends on its text alone,
 * how they are cut does not; a size names the same place however they are cut.
 */
public final class AnswerDeltas {

  private AnswerDeltas() {}

  /** 1 for the beginning of a tool call, else as many as it has Unicode code points. */
  public static int size(AnswerDelta delta) {
    var text = delta.getText();
    return delta.getKind() == DeltaKind.TOOL_CALL ? 1 : text.codePointCount(0, text.length());
  }

  /** The sum of the sizes. */
  public static int size(List<AnswerDelta> deltas) {
    return deltas.stream().mapToInt(AnswerDeltas::size).sum();
  }

  /** What lies behind a place; the deltas themselves if that is their beginning. */
  static List<AnswerDelta> behind(List<AnswerDelta> deltas, int place) {
    var known = place;
    for (var i = 0; i < deltas.size(); i++) {
      var delta = deltas.get(i);
      var size = size(delta);
      if (known < size) {
        var rest = new ArrayList<>(deltas.subList(i, deltas.size()));
        rest.set(0, behind(delta, known));
        return i == 0 && known == 0 ? deltas : rest;
      }
      known -= size;
    }
    return List.of();
  }

  private static AnswerDelta behind(AnswerDelta delta, int place) {
    if (place == 0) {
      return delta;
    }
    var text = delta.getText();
    return AnswerDelta.newBuilder(delta)
        .setText(text.substring(text.offsetByCodePoints(0, place)))
        .build();
  }
}
