package io.streamweir.models.tokenizer;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts text into the pieces inside which BPE merges. A word is a piece, without the blank before
 * it, so that a name has the same tokens in the question and, behind a quotation mark, in the
 * answer. The JSON scaffold of an answer is one piece per delimiter; identifiers such as {@code
 * order_id} are words. Anything else, digits above all, is one piece per character, so that a
 * number can be copied digit by digit.
 */
public final class PreTokenizer {
  /** Means the same to {@link Pattern} and to Oniguruma, the engine of Hugging Face tokenizers. */
  public static final String PATTERN =
      "\\{\"|\":\"|\",\"|\"\\}|\\p{L}[\\p{L}_]*(?:'\\p{L}+)?|[^\\p{L}]";

  private static final Pattern PIECE = Pattern.compile(PATTERN);

  private PreTokenizer() {}

  /** The pieces of {@code text} in order; joined, they are {@code text}. */
  public static List<String> split(String text) {
    List<String> pieces = new ArrayList<>();
    Matcher matcher = PIECE.matcher(text);
    while (matcher.find()) {
      pieces.add(matcher.group());
    }
    return pieces;
  }
}
