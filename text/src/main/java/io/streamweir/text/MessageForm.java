package io.streamweir.text;

import io.streamweir.text.template.TemplateException;
import java.util.List;
import java.util.Map;

/**
 * The form in which a chat template takes what templates do not agree about. It is found out when a
 * model is loaded: canary conversations are rendered in one form and the other, and the one that
 * comes through counts.
 *
 * @param contentParts whether content is a list of parts rather than a string
 * @param argumentsText whether the arguments of a tool call are JSON in a string rather than an
 *     object
 */
record MessageForm(boolean contentParts, boolean argumentsText) {

  /** What most templates take. */
  static final MessageForm USUAL = new MessageForm(false, false);

  private static final String WORD = "canary-word";
  private static final String KEY = "canary_key";
  private static final String VALUE = "canary_value";

  /** Some templates refuse other ids than those of nine letters and digits. */
  private static final String CALL_ID = "canary001";

  private static final List<Message> QUESTION = List.of(Message.of("user", WORD));

  private static final List<Message> CALL =
      List.of(
          Message.of("user", WORD),
          new Message(
              "assistant",
              "",
              null,
              """
              [{"id": "%s", "type": "function",
                "function": {"name": "canary", "arguments": "{\\"%s\\": \\"%s\\"}"}}]
              """
                  .formatted(CALL_ID, KEY, VALUE),
              null),
          new Message("tool", "done", "canary", null, CALL_ID));

  private static final Map<String, Object> TOOLS =
      Map.of(
          "tools",
          List.of(
              Map.of(
                  "type",
                  "function",
                  "function",
                  Map.of(
                      "name",
                      "canary",
                      "description",
                      "",
                      "parameters",
                      Map.of(
                          "type",
                          "object",
                          "properties",
                          Map.of(KEY, Map.of("type", "string")))))));

  /** Renders a conversation with further variables; a template may refuse. */
  @FunctionalInterface
  interface Rendering {
    String of(List<Message> messages, Map<String, Object> extra, MessageForm form);
  }

  /** The form of a template; the usual one where no canary comes through in any. */
  static MessageForm find(Rendering rendering) {
    MessageForm parts = new MessageForm(true, false);
    boolean takesParts = !saysContent(rendering, USUAL) && saysContent(rendering, parts);
    MessageForm objects = new MessageForm(takesParts, false);
    MessageForm texts = new MessageForm(takesParts, true);
    boolean takesTexts = !saysArguments(rendering, objects) && saysArguments(rendering, texts);
    return takesTexts ? texts : objects;
  }

  private static boolean saysContent(Rendering rendering, MessageForm form) {
    return text(rendering, QUESTION, Map.of(), form).contains(WORD);
  }

  /** An object that comes out in the notation of Python was not meant to be one. */
  private static boolean saysArguments(Rendering rendering, MessageForm form) {
    String text = text(rendering, CALL, TOOLS, form);
    return text.contains(VALUE) && !text.contains("'" + KEY + "'");
  }

  /** Empty if the template refuses the conversation, or cannot render it. */
  private static String text(
      Rendering rendering, List<Message> messages, Map<String, Object> extra, MessageForm form) {
    try {
      return rendering.of(messages, extra, form);
    } catch (TemplateException e) {
      return "";
    }
  }
}
