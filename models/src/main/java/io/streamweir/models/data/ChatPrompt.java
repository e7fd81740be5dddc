package io.streamweir.models.data;

import java.util.List;

/** The ChatML form in which the model sees a conversation. */
public final class ChatPrompt {
  public static final String END_OF_TEXT = "<|endoftext|>";
  public static final String START = "<|im_start|>";
  public static final String END = "<|im_end|>";

  /** All special tokens in the order of their ids. */
  public static final List<String> SPECIAL_TOKENS = List.of(END_OF_TEXT, START, END);

  /** The same as Jinja, for {@code tokenizer_config.json}. */
  public static final String JINJA =
      "{% for message in messages %}"
          + "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}"
          + "{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

  private ChatPrompt() {}

  /** Prompt for an utterance, up to where the answer starts. */
  public static String of(String utterance) {
    return turn("user", utterance) + START + "assistant\n";
  }

  /** The same with a system message before it. */
  public static String of(String system, String utterance) {
    return turn("system", system) + of(utterance);
  }

  private static String turn(String role, String content) {
    return START + role + "\n" + content + END + "\n";
  }
}
