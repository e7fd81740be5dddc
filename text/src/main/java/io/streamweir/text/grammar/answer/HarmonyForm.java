package io.streamweir.text.grammar.answer;

import io.streamweir.text.grammar.regex.Regex;
import io.streamweir.text.grammar.rule.Choice;
import io.streamweir.text.grammar.rule.Loop;
import io.streamweir.text.grammar.rule.Rule;
import io.streamweir.text.grammar.rule.Sequence;
import io.streamweir.text.output.Markers;
import java.util.List;

/**
 * The messages of gpt-oss: some that are no calls, then one to a tool, whose end is the end of the
 * answer, so there is one call in it. The prompt ends inside the header of the first message.
 */
final class HarmonyForm extends CallForm {
  private static final Regex BODY =
      Regex.intersection(
          Texts.without(Markers.HARMONY_START),
          Texts.without(Markers.HARMONY_END),
          Texts.without(Markers.HARMONY_CALL),
          Texts.without(Markers.HARMONY_RETURN));

  HarmonyForm(List<Tool> tools) {
    super(tools, false);
  }

  @Override
  String opening() {
    return "";
  }

  @Override
  Rule afterOpening() {
    return anyTool(
        tool ->
            new Sequence(
                new Choice(
                    List.of(
                        Texts.exactly(
                            Markers.HARMONY_CHANNEL
                                + "commentary to=functions.%s ".formatted(tool.name())
                                + Markers.HARMONY_CONSTRAIN
                                + "json"
                                + Markers.HARMONY_MESSAGE),
                        Texts.exactly(
                            " to=functions.%s".formatted(tool.name())
                                + Markers.HARMONY_CHANNEL
                                + "commentary json"
                                + Markers.HARMONY_MESSAGE))),
                tool.arguments()));
  }

  @Override
  Rule calls() {
    return new Sequence(messages("analysis"), afterOpening());
  }

  @Override
  Rule contentOrCalls() {
    return contentOrCalls(Texts.lexeme(BODY));
  }

  @Override
  Rule contentOrCalls(Rule content) {
    Rule answer = new Sequence(Texts.lexeme(header("final")), content);
    return new Sequence(
        messages("analysis", "commentary"), new Choice(List.of(answer, afterOpening())));
  }

  /** Any number of messages of these channels, each with the beginning of the next header. */
  private static Rule messages(String... channels) {
    Regex headers = Regex.nothing();
    for (String channel : channels) {
      headers = Regex.union(headers, header(channel));
    }
    Regex message =
        Regex.concat(
            headers,
            BODY,
            Texts.literal(Markers.HARMONY_END + Markers.HARMONY_START + "assistant"));
    return Loop.of(Texts.lexeme(message), 0, Loop.UNBOUNDED);
  }

  private static Regex header(String channel) {
    return Texts.literal(Markers.HARMONY_CHANNEL + channel + Markers.HARMONY_MESSAGE);
  }
}
