package io.streamweir.inference.journal;

import io.streamweir.schemas.AnswerDelta;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.tokens.AnswerBuilder;
import io.streamweir.schemas.tokens.BrokenSequenceException;
import io.streamweir.schemas.tokens.TokenSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What predecessors released of one request behind what the state knows, by the reader's rule.
 *
 * <p>Filled by the journal, then handed over; not thread-safe.
 */
public final class Released {

  private final TokenSequence sequence;
  private final List<Integer> tokenIds = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final AnswerBuilder answer = new AnswerBuilder();
  private int reasoningTokens;
  private TokenChunk last;
  private long firstTokenAtMicros;
  private boolean lost;

  /**
   * @param knownTokens tokens of the request in the state
   * @param knownCodePoints Unicode code points of its text in the state
   * @param knownDeltas size of its deltas in the state
   */
  Released(int knownTokens, int knownCodePoints, int knownDeltas) {
    sequence = new TokenSequence(knownTokens, knownCodePoints, knownDeltas);
  }

  void accept(TokenChunk chunk) {
    if (lost) {
      return;
    }
    try {
      sequence.accept(chunk).ifPresent(this::append);
    } catch (BrokenSequenceException e) {
      lost = true;
    }
  }

  private void append(TokenChunk fresh) {
    switch (fresh.getKind()) {
      case TOKENS -> {
        tokenIds.addAll(fresh.getTokenIds());
        text.append(fresh.getText());
        answer.append(fresh.getDeltas());
        reasoningTokens = fresh.getReasoningTokens();
        if (firstTokenAtMicros == 0 && !fresh.getTokenIds().isEmpty()) {
          firstTokenAtMicros = fresh.getEngineEmittedAtUs();
        }
        if (fresh.getFinishReason() != null) {
          last = fresh;
        }
      }
      // A predecessor had lost the tail: what came before counts no more, in the state neither.
      case RESET -> lost = true;
      case MARKER, UNKNOWN -> {}
    }
  }

  /** The log no longer holds all of it: the stream must start over. */
  void loseTail() {
    lost = true;
  }

  /** Whether it is not known any more what readers have seen. */
  public boolean isLost() {
    return lost;
  }

  /** Tokens behind those that the state knows. */
  public List<Integer> tokenIds() {
    return tokenIds;
  }

  /** Text behind that which the state knows. */
  public String text() {
    return text.toString();
  }

  /** Deltas behind those that the state knows; null if the answer is text. */
  public List<AnswerDelta> deltas() {
    return answer.deltas();
  }

  /** Of all tokens; 0 if there are none behind those that the state knows. */
  public int reasoningTokens() {
    return reasoningTokens;
  }

  /** Epoch microseconds of the first of the tokens; 0 if there are none. */
  public long firstTokenAtMicros() {
    return firstTokenAtMicros;
  }

  /** The chunk that ended the stream, if one did. */
  public Optional<TokenChunk> last() {
    return Optional.ofNullable(last);
  }
}
