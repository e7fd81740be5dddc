package io.streamweir.schemas.tokens;

import io.streamweir.schemas.AnswerDelta;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenLogprob;
import java.util.List;
import java.util.Optional;

/**
 * The rule by which a reader turns what the log holds of one request into a stream without gap,
 * duplicate or contradiction.
 *
 * <p>The token log is at-least-once and a writer that fails is replaced by another, so the log may
 * repeat tokens, overlap them in other portions, and hold what a superseded writer appended late.
 * The reader remembers the next token index and the next text offset that it expects:
 *
 * <ul>
 *   <li>a chunk of an older incarnation than the newest seen is dropped;
 *   <li>tokens below the expected index, text and deltas below the expected offsets are cut off;
 *   <li>a chunk that begins above them is a gap, an error;
 *   <li>RESET starts over; the first chunk with a finish reason ends the stream.
 * </ul>
 *
 * <p>Not thread-safe: one per request, fed in log order.
 */
public final class TokenSequence {

  private long incarnation = Long.MIN_VALUE;
  private int nextIndex;
  private int nextOffset;
  private int nextDelta;
  private boolean finished;

  /** Reads a stream from its beginning. */
  public TokenSequence() {
    this(0, 0, 0);
  }

  /**
   * Reads a stream of which the beginning is known.
   *
   * @param nextIndex tokens that are known
   * @param nextOffset Unicode code points of text that are known
   * @param nextDelta size of the deltas that are known
   */
  public TokenSequence(int nextIndex, int nextOffset, int nextDelta) {
    this.nextIndex = nextIndex;
    this.nextOffset = nextOffset;
    this.nextDelta = nextDelta;
  }

  /**
   * Takes the next record of the request.
   *
   * @return what of it is new: the chunk itself, a trimmed copy, or nothing. A RESET is returned
   *     too, so that the consumer can throw away what it has.
   * @throws BrokenSequenceException if something is missing before this chunk
   */
  public Optional<TokenChunk> accept(TokenChunk chunk) {
    if (finished || chunk.getIncarnation() < incarnation) {
      return Optional.empty();
    }
    incarnation = chunk.getIncarnation();
    return switch (chunk.getKind()) {
      case TOKENS -> tokens(chunk);
      case RESET -> {
        nextIndex = 0;
        nextOffset = 0;
        nextDelta = 0;
        yield Optional.of(chunk);
      }
      case MARKER, UNKNOWN -> Optional.empty();
    };
  }

  /** Whether the last chunk has been accepted; nothing is returned after it. */
  public boolean finished() {
    return finished;
  }

  /** Index in the completion of the next token. */
  public int nextIndex() {
    return nextIndex;
  }

  private Optional<TokenChunk> tokens(TokenChunk chunk) {
    var first = chunk.getFirstIndex();
    if (first > nextIndex) {
      throw broken(chunk, "tokens " + nextIndex + " to " + (first - 1) + " are missing");
    }
    var begin = nextIndex;
    var ids = chunk.getTokenIds();
    var skipped = Math.min(begin - first, ids.size());
    var fresh = ids.subList(skipped, ids.size());
    var text = newText(chunk, skipped);
    var deltas = newDeltas(chunk);
    var offset = nextOffset;
    var deltaOffset = nextDelta;
    nextIndex = begin + fresh.size();
    nextOffset = offset + text.codePointCount(0, text.length());
    nextDelta += deltas == null ? 0 : AnswerDeltas.size(deltas);
    finished = chunk.getFinishReason() != null;
    var silent = deltas == null || deltas.isEmpty();
    if (fresh.isEmpty() && text.isEmpty() && silent && !finished) {
      return Optional.empty();
    }
    if (first == begin
        && text.length() == chunk.getText().length()
        && deltas == chunk.getDeltas()) {
      return Optional.of(chunk);
    }
    return Optional.of(
        TokenChunk.newBuilder(chunk)
            .setFirstIndex(begin)
            .setTokenIds(fresh)
            .setLogprobs(newLogprobs(chunk, skipped))
            .setText(text)
            .setTextOffset(offset)
            .setDeltas(deltas)
            .setDeltaOffset(deltaOffset)
            .build());
  }

  /** The deltas of the chunk that lie behind what was read; null if it has none. */
  private List<AnswerDelta> newDeltas(TokenChunk chunk) {
    var deltas = chunk.getDeltas();
    if (deltas == null || deltas.isEmpty()) {
      return deltas;
    }
    if (chunk.getDeltaOffset() > nextDelta) {
      throw broken(
          chunk, "deltas " + nextDelta + " to " + (chunk.getDeltaOffset() - 1) + " are missing");
    }
    return AnswerDeltas.behind(deltas, nextDelta - chunk.getDeltaOffset());
  }

  /** Those of the tokens that are new; a writer gives one for each token or none at all. */
  private static List<TokenLogprob> newLogprobs(TokenChunk chunk, int skipped) {
    var all = chunk.getLogprobs();
    return all.subList(Math.min(skipped, all.size()), all.size());
  }

  /** The text of the chunk that lies behind what was read. */
  private String newText(TokenChunk chunk, int skipped) {
    var text = chunk.getText();
    var offset = chunk.getTextOffset();
    if (offset < 0) {
      return textWithoutOffset(chunk, skipped);
    }
    if (offset > nextOffset) {
      throw broken(
          chunk, "characters " + nextOffset + " to " + (offset - 1) + " of the text are missing");
    }
    var known = nextOffset - offset;
    return known >= text.codePointCount(0, text.length())
        ? ""
        : text.substring(text.offsetByCodePoints(0, known));
  }

  private String textWithoutOffset(TokenChunk chunk, int skipped) {
    var overlaps = chunk.getFirstIndex() < nextIndex;
    if (!overlaps) {
      return chunk.getText();
    }
    if (skipped == chunk.getTokenIds().size() || chunk.getText().isEmpty()) {
      return "";
    }
    throw broken(
        chunk,
        "it repeats "
            + skipped
            + " tokens and has no text_offset, so its text cannot be cut where they end");
  }

  private static BrokenSequenceException broken(TokenChunk chunk, String what) {
    return new BrokenSequenceException(
        "The token stream of "
            + chunk.getTenant()
            + "/"
            + chunk.getRequestId()
            + " breaks at the chunk of tokens from "
            + chunk.getFirstIndex()
            + " (incarnation "
            + chunk.getIncarnation()
            + "): "
            + what);
  }
}
