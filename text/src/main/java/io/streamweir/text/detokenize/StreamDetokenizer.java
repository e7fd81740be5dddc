package io.streamweir.text.detokenize;

import static java.util.Objects.requireNonNull;

import io.streamweir.text.tokenizer.InvalidTextException;
import io.streamweir.text.tokenizer.Vocabulary;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/**
 * Turns the token ids of one sequence into text, token by token.
 *
 * <p>Text leaves only when it can no longer change: whole characters, and nothing that might still
 * become a stop string. What is released depends on the tokens alone, so replaying the same tokens
 * (after a crash, on another replica) releases the same text at the same places. Invalid UTF-8
 * becomes U+FFFD exactly where decoding the whole byte sequence at once would put it.
 *
 * <p>One object per sequence; not thread-safe.
 */
public final class StreamDetokenizer {
  private final Vocabulary vocabulary;
  private final Utf8Stream utf8 = new Utf8Stream();
  private final StopStrings stops;

  /** Control tokens whose spelling is part of the text all the same. */
  private final BitSet spelled = new BitSet();

  private int leadingSpacesToDrop;

  /**
   * @param stopStrings none of them empty; the text ends before the one that is complete first
   * @throws InvalidTextException if a stop string is empty or has a lone surrogate
   */
  public StreamDetokenizer(Vocabulary vocabulary, List<String> stopStrings) {
    this(vocabulary, stopStrings, List.of());
  }

  /**
   * As above, for a text that a parser will read.
   *
   * @param markers control tokens that are spelled out, where the vocabulary has them
   */
  public StreamDetokenizer(
      Vocabulary vocabulary, List<String> stopStrings, Collection<String> markers) {
    this.vocabulary = requireNonNull(vocabulary, "vocabulary is null");
    this.stops = new StopStrings(stopStrings);
    this.leadingSpacesToDrop = vocabulary.leadingSpacesDropped();
    markers.forEach(marker -> vocabulary.idOf(marker).ifPresent(spelled::set));
  }

  /**
   * The text that this token releases, often empty. A control token that is no marker has no text,
   * and neither has anything after a stop string.
   */
  public String append(int tokenId) {
    boolean silent = vocabulary.special(tokenId) && !spelled.get(tokenId);
    if (stops.stopped() || silent) {
      return "";
    }
    return stops.append(withoutLeadingSpaces(characters(tokenId)));
  }

  private String characters(int tokenId) {
    String whole = utf8.insideCharacter() ? null : vocabulary.wholeText(tokenId);
    return whole == null ? utf8.append(vocabulary.bytes(tokenId)) : whole;
  }

  /** Whether a stop string has been seen; the text before it has then been released. */
  public boolean stopped() {
    return stops.stopped();
  }

  /**
   * The text that was held back, at the end of the sequence. A character that is not complete
   * becomes U+FFFD. No token may be appended afterwards.
   */
  public String finish() {
    if (stops.stopped()) {
      return "";
    }
    String last = stops.append(withoutLeadingSpaces(utf8.finish()));
    return last + stops.finish();
  }

  private String withoutLeadingSpaces(String text) {
    if (leadingSpacesToDrop == 0) {
      return text;
    }
    int start = 0;
    while (leadingSpacesToDrop > 0 && start < text.length()) {
      if (text.charAt(start) == ' ') {
        start++;
        leadingSpacesToDrop--;
      } else {
        leadingSpacesToDrop = 0;
      }
    }
    return text.substring(start);
  }
}
