package io.streamweir.gateway.generation;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.http.ByteBudget;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenLogprob;
import io.streamweir.schemas.tokens.AnswerBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * What there is of one choice, for an answer that is given at once. Its memory, and that of the
 * answer made of it, is leased from a budget of the whole gateway. On the event loop only.
 */
public final class Collected {

  /** A character as it is collected, twice, then in the answer and on its way to the socket. */
  private static final int CHARACTER_BYTES = 8;

  /** A token or one of its alternatives: the record, and its JSON twice. */
  private static final int LOGPROB_BYTES = 300;

  private final ByteBudget budget;
  private final ByteBudget.Lease lease;
  private final StringBuilder text = new StringBuilder();
  private final AnswerBuilder answer = new AnswerBuilder();
  private final List<TokenLogprob> logprobs = new ArrayList<>();
  private long bytes;

  /**
   * @param budget of all answers of the gateway that are given at once
   */
  public Collected(ByteBudget budget) {
    this.budget = budget;
    this.lease = budget.lease();
  }

  /**
   * @throws ApiException with status 503 if there is no memory for more
   */
  public void add(TokenChunk chunk) {
    var more = size(chunk);
    if (!lease.grow(more)) {
      throw new ApiException(
          ApiError.unavailable(
              "overloaded",
              "Answers that are collected to be given at once take all of the gateway's "
                  + budget.limit()
                  + " bytes for them (answer.total-limit). Ask for a stream, for fewer"
                  + " log-probabilities or choices, or try again later."));
    }
    bytes += more;
    text.append(chunk.getText());
    answer.append(chunk.getDeltas());
    logprobs.addAll(chunk.getLogprobs());
  }

  /** Forgets everything, and gives the memory back. */
  public void clear() {
    text.setLength(0);
    text.trimToSize();
    answer.clear();
    logprobs.clear();
    lease.release();
    bytes = 0;
  }

  /** What it takes in memory, with its answer; about. */
  public long bytes() {
    return bytes;
  }

  /**
   * The choice; holds its memory until {@link #clear}.
   *
   * @param last was added before
   */
  public Completion complete(TokenChunk last) {
    return new Completion(text.toString(), answer.answer(), logprobs, last);
  }

  private static long size(TokenChunk chunk) {
    var candidates = 0L;
    for (var one : chunk.getLogprobs()) {
      candidates += 1 + one.getTop().size();
    }
    var characters = (long) chunk.getText().length();
    if (chunk.getDeltas() != null) {
      for (var delta : chunk.getDeltas()) {
        characters += delta.getText().length();
      }
    }
    return CHARACTER_BYTES * characters + LOGPROB_BYTES * candidates;
  }
}
