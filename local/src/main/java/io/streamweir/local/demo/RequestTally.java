package io.streamweir.local.demo;

import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.tokens.BrokenSequenceException;
import io.streamweir.schemas.tokens.TokenSequence;

/** What the topics hold of one request. Not thread-safe. */
final class RequestTally {

  private final TokenSequence sequence = new TokenSequence();
  private InferenceResult result;
  private int results;
  private int usageRecords;
  private int billedTokens;
  private boolean broken;

  void add(InferenceResult record) {
    results++;
    result = record;
  }

  void add(UsageRecord record) {
    usageRecords++;
    billedTokens += record.getUsage().getCompletionTokens();
  }

  /** Applies the reader's rule, so that a repeated token counts once. */
  void add(TokenChunk chunk) {
    try {
      sequence.accept(chunk);
    } catch (BrokenSequenceException e) {
      broken = true;
    }
  }

  /** Whether everything that a request must leave is there. */
  boolean complete() {
    return results > 0 && usageRecords > 0 && (sequence.finished() || broken);
  }

  InferenceResult result() {
    return result;
  }

  int results() {
    return results;
  }

  int usageRecords() {
    return usageRecords;
  }

  int billedTokens() {
    return billedTokens;
  }

  /** Tokens in the log, each index once. */
  int loggedTokens() {
    return sequence.nextIndex();
  }

  /** Whether tokens are missing from the log. */
  boolean broken() {
    return broken;
  }
}
