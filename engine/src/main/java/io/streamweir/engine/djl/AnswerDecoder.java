package io.streamweir.engine.djl;

import io.streamweir.engine.ReadingParams;
import io.streamweir.engine.SequenceOutput.Reading;
import io.streamweir.engine.core.TokenDecoder;
import io.streamweir.text.detokenize.StreamDetokenizer;
import io.streamweir.text.output.OutputEvent;
import io.streamweir.text.output.OutputParser;
import io.streamweir.text.output.OutputSyntax;
import io.streamweir.text.output.ThinkingBudget;
import io.streamweir.text.output.Tools;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An answer that is taken apart as it comes. Its state follows from the tokens alone: a decoder
 * that is told the same ones goes on in the same way.
 */
final class AnswerDecoder implements TokenDecoder {

  private final StreamDetokenizer detokenizer;
  private final OutputParser parser;
  private final Optional<ThinkingBudget> budget;
  private List<OutputEvent> events = new ArrayList<>();
  private int reasoningTokens;

  /**
   * @param detokenizer spells the markers of the syntax
   * @param promptEnd the end of the prompt, which may have opened the reasoning
   */
  AnswerDecoder(
      StreamDetokenizer detokenizer, OutputSyntax syntax, String promptEnd, ReadingParams params) {
    this.detokenizer = detokenizer;
    Tools tools = params.tools() == null ? Tools.NONE : Tools.parse(params.tools());
    OutputSyntax used = tools.isEmpty() ? syntax : syntax.withCalls();
    parser = used.parser(promptEnd, tools, params.requestId());
    budget =
        params.boundsThinking()
            ? Optional.of(
                new ThinkingBudget(
                    params.thinkingBudget(), params.endOfThinking(), used, promptEnd))
            : Optional.empty();
  }

  @Override
  public String append(int tokenId) {
    String text = detokenizer.append(tokenId);
    boolean before = parser.thinking();
    events.addAll(parser.feed(text));
    if (before || parser.thinking()) {
      reasoningTokens++;
    }
    budget.ifPresent(it -> it.accept(text));
    return text;
  }

  @Override
  public boolean stopped() {
    return detokenizer.stopped();
  }

  @Override
  public String finish() {
    String text = detokenizer.finish();
    events.addAll(parser.feed(text));
    events.addAll(parser.finish());
    return text;
  }

  @Override
  public Reading read() {
    List<OutputEvent> taken = events;
    events = new ArrayList<>();
    return new Reading(taken, reasoningTokens);
  }

  @Override
  public OptionalInt forced() {
    return budget.map(ThinkingBudget::forced).orElse(OptionalInt.empty());
  }
}
