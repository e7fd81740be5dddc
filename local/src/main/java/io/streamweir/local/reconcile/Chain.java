package io.streamweir.local.reconcile;

import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.tokens.BrokenSequenceException;
import io.streamweir.schemas.tokens.TokenSequence;
import java.util.Arrays;
import java.util.List;

/**
 * The valid chunks of one request, by the reader's rule, fed in log order.
 *
 * <p>The tokens themselves are kept only until the last chunk, to compare what is released again;
 * what comes after the last chunk no reader sees. Not thread-safe.
 */
final class Chain {

  private static final int[] NONE = {};

  private TokenSequence sequence = new TokenSequence();
  private long incarnation = Long.MIN_VALUE;
  private int[] tokens = NONE;
  private TokenDigest digest = TokenDigest.EMPTY;
  private String gap;
  private String contradiction;

  void add(TokenChunk chunk) {
    if (sequence == null) {
      return;
    }
    if (chunk.getIncarnation() >= incarnation) {
      incarnation = chunk.getIncarnation();
      compare(chunk);
    }
    try {
      sequence.accept(chunk).ifPresent(this::take);
      if (sequence.finished()) {
        release();
      }
    } catch (BrokenSequenceException e) {
      gap = e.getMessage();
      release();
    }
  }

  TokenDigest digest() {
    return digest;
  }

  /** Whether the last chunk was there. */
  boolean finished() {
    return sequence == null && gap == null;
  }

  /** Why the stream breaks; null if it does not. */
  String gap() {
    return gap;
  }

  /** The first index that was released with two tokens; null if there is none. */
  String contradiction() {
    return contradiction;
  }

  private void take(TokenChunk piece) {
    if (piece.getKind() == ChunkKind.RESET) {
      tokens = NONE;
      digest = TokenDigest.EMPTY;
      return;
    }
    var ids = piece.getTokenIds();
    var length = digest.length();
    if (tokens.length < length + ids.size()) {
      tokens = Arrays.copyOf(tokens, Math.max(length + ids.size(), tokens.length * 3 / 2));
    }
    for (int i = 0; i < ids.size(); i++) {
      tokens[length + i] = ids.get(i);
    }
    digest = digest.plus(ids);
  }

  /** Looks whether a chunk that a reader would trim says the same as what was read. */
  private void compare(TokenChunk chunk) {
    if (chunk.getKind() != ChunkKind.TOKENS || contradiction != null) {
      return;
    }
    List<Integer> ids = chunk.getTokenIds();
    var end = Math.min(digest.length(), chunk.getFirstIndex() + ids.size());
    for (int index = chunk.getFirstIndex(); index < end; index++) {
      int again = ids.get(index - chunk.getFirstIndex());
      if (tokens[index] != again) {
        contradiction =
            "token "
                + index
                + " is "
                + tokens[index]
                + ", and "
                + again
                + " in a chunk of incarnation "
                + chunk.getIncarnation();
        return;
      }
    }
  }

  private void release() {
    sequence = null;
    tokens = NONE;
  }
}
