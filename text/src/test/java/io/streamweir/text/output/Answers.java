package io.streamweir.text.output;

import io.streamweir.text.output.OutputEvent.Content;
import io.streamweir.text.output.OutputEvent.End;
import io.streamweir.text.output.OutputEvent.Reasoning;
import io.streamweir.text.output.OutputEvent.ToolCallArguments;
import io.streamweir.text.output.OutputEvent.ToolCallStart;
import java.util.ArrayList;
import java.util.List;

/** Reads whole answers, and says what came in a form that can be compared. */
final class Answers {
  private Answers() {}

  /** What an answer says, fed in pieces. */
  static List<String> read(Sample sample, List<String> pieces) {
    OutputParser parser = sample.parser();
    List<OutputEvent> events = new ArrayList<>();
    pieces.forEach(piece -> events.addAll(parser.feed(piece)));
    events.addAll(parser.finish());
    return said(events);
  }

  static List<String> read(Sample sample) {
    return read(sample, List.of(sample.text()));
  }

  /** Events with neighbouring deltas joined; a call is its start and its arguments in one line. */
  static List<String> said(List<OutputEvent> events) {
    List<String> lines = new ArrayList<>();
    for (OutputEvent event : events) {
      if (event instanceof Reasoning reasoning) {
        join(lines, "thinks: ", reasoning.text());
      } else if (event instanceof Content content) {
        join(lines, "says: ", content.text());
      } else if (event instanceof ToolCallStart start) {
        lines.add("calls: " + start.index() + " " + start.name() + " ");
      } else if (event instanceof ToolCallArguments arguments) {
        join(lines, "calls: " + arguments.index() + " ", arguments.text());
      } else if (event instanceof End end) {
        lines.add("ends: " + end.toolCalls() + (end.insideToolCall() ? " inside" : ""));
      }
    }
    return lines;
  }

  private static void join(List<String> lines, String kind, String text) {
    int last = lines.size() - 1;
    if (last >= 0 && lines.get(last).startsWith(kind)) {
      lines.set(last, lines.get(last) + text);
    } else {
      lines.add(kind + text);
    }
  }

  /** A text, character by character. */
  static List<String> characters(String text) {
    return text.chars().mapToObj(c -> String.valueOf((char) c)).toList();
  }
}
