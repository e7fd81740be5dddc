package io.streamweir.inference.testing;

import io.streamweir.engine.ReadingParams;
import io.streamweir.engine.SequenceOutput.Reading;
import io.streamweir.engine.core.TokenDecoder;
import io.streamweir.text.output.OutputEvent;
import io.streamweir.text.output.OutputParser;
import io.streamweir.text.output.OutputSyntax;
import io.streamweir.text.output.ThinkingTags;
import io.streamweir.text.output.ToolCallSyntax;
import io.streamweir.text.output.Tools;
import java.util.ArrayList;
import java.util.List;

/**
 * Spells tokens as an answer in which they are first thought, then said, then the arguments of one
 * tool call after the other, and takes it apart as an engine does.
 */
public final class ScriptedAnswer implements TokenDecoder {

  public static final String TOOLS = "[{\"type\": \"function\", \"function\": {\"name\": \"f\"}}]";

  /** Tokens of the reasoning, of the content, and of each call. */
  private static final int PART = 10;

  private final OutputParser parser;
  private List<OutputEvent> events = new ArrayList<>();
  private int tokens;

  ScriptedAnswer(ReadingParams params) {
    parser = parser(params.requestId());
  }

  /** A parser for such an answer. */
  public static OutputParser parser(String requestId) {
    return new OutputSyntax(ToolCallSyntax.HERMES, ThinkingTags.THINK)
        .parser("", Tools.parse(TOOLS), requestId);
  }

  @Override
  public String append(int tokenId) {
    var text = text(tokens, tokenId);
    tokens++;
    events.addAll(parser.feed(text));
    return text;
  }

  private static String text(int index, int token) {
    var first = index % PART == 0;
    var last = index % PART == PART - 1;
    return switch (index / PART) {
      case 0 -> (first ? "<think>\n" : "") + token + (last ? "\n</think>\n\n" : " ");
      case 1 -> token + " ";
      default ->
          (first ? "\n<tool_call>\n{\"name\": \"f\", \"arguments\": {\"tokens\": [" : ", ")
              + token
              + (last ? "]}}\n</tool_call>" : "");
    };
  }

  @Override
  public boolean stopped() {
    return false;
  }

  @Override
  public String finish() {
    events.addAll(parser.finish());
    return "";
  }

  @Override
  public Reading read() {
    var taken = events;
    events = new ArrayList<>();
    return new Reading(taken, Math.min(tokens, PART));
  }
}
