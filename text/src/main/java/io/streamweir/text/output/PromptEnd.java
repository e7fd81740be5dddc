package io.streamweir.text.output;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamweir.text.tokenizer.Vocabulary;
import java.io.ByteArrayOutputStream;

/** The end of a prompt as text, for those who have its tokens only. */
public final class PromptEnd {
  /** More than the tags of reasoning and the white space beside them. */
  private static final int TOKENS = 32;

  private PromptEnd() {}

  /**
   * What the last tokens spell, control tokens included: enough for {@link OutputSyntax#parser}.
   */
  public static String text(int[] promptIds, Vocabulary vocabulary) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = Math.max(0, promptIds.length - TOKENS); i < promptIds.length; i++) {
      bytes.writeBytes(vocabulary.bytes(promptIds[i]));
    }
    return bytes.toString(UTF_8);
  }
}
