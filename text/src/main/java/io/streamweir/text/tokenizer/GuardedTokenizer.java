package io.streamweir.text.tokenizer;

import io.streamweir.text.tokenizer.ControlTokens.Occurrence;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The same tokenizer with its control tokens renamed to spellings that no text has, so that text
 * which spells the real names is split up like any other. Where a control token is meant, the
 * renamed spelling is put into the text before it is encoded; everything else, white space rules at
 * the borders included, is done by the tokenizer as always.
 */
final class GuardedTokenizer implements AutoCloseable {
  /** A noncharacter: Unicode keeps it for the internal use of programs. */
  private static final char MARK = '\uFDD0';

  private final NativeTokenizer tokenizer;

  private GuardedTokenizer(NativeTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * @param json the parsed file, which is rewritten
   */
  static GuardedTokenizer of(Path file, TokenizerJson json, Vocabulary vocabulary) {
    byte[] renamed = json.withControlTokensNamed(GuardedTokenizer::name);
    NativeTokenizer tokenizer = NativeTokenizer.of(file, renamed);
    try {
      for (AddedToken token : vocabulary.added()) {
        requireKnown(file, tokenizer, token);
      }
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
    return new GuardedTokenizer(tokenizer);
  }

  private static void requireKnown(Path file, NativeTokenizer tokenizer, AddedToken token) {
    int[] ids = token.special() ? tokenizer.encode(name(token.id())) : new int[] {token.id()};
    if (ids.length != 1 || ids[0] != token.id()) {
      throw new ModelFilesException(
          file,
          "the control token '%s' should have the id %d, but the tokenizer library gives it %s."
              .formatted(token.content(), token.id(), Arrays.toString(ids)));
    }
  }

  private static String name(int id) {
    return MARK + Integer.toString(id) + MARK;
  }

  /** Encodes a text in which the control tokens are those that are listed. */
  int[] encode(String text, List<Occurrence> meant) {
    int mark = text.indexOf(MARK);
    if (mark >= 0) {
      throw new InvalidTextException(
          "The text has the noncharacter U+%04X at position %d, which is reserved; leave it out."
              .formatted((int) MARK, mark));
    }
    StringBuilder renamed = new StringBuilder(text.length() + 8 * meant.size());
    int copied = 0;
    for (Occurrence occurrence : meant) {
      renamed.append(text, copied, occurrence.start()).append(name(occurrence.token().id()));
      copied = occurrence.end();
    }
    return tokenizer.encode(renamed.append(text, copied, text.length()).toString());
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
