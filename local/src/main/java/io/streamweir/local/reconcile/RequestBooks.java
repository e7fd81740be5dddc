package io.streamweir.local.reconcile;

import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.UsageRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What the topics hold of one identity: some hundred bytes, however long its answer. Not
 * thread-safe.
 */
final class RequestBooks {

  private static final Chain NOTHING = new Chain();

  private final List<Source> sent = new ArrayList<>(1);
  private long firstSentMs = Long.MAX_VALUE;
  private long newestMs = Long.MIN_VALUE;
  private int results;
  private TokenDigest resultTokens;
  private int usageRecords;
  private int usageTokens;
  private Chain chain;
  private String deadLetter;
  private boolean waiting;

  void request(Source source, long timestampMs) {
    sent.add(source);
    firstSentMs = Math.min(firstSentMs, timestampMs);
    seen(timestampMs);
  }

  /** The first one is what a consumer goes by; the others are counted. */
  void result(InferenceResult result, long timestampMs) {
    if (results++ == 0) {
      resultTokens = TokenDigest.of(result.getTokenIds());
    }
    seen(timestampMs);
  }

  /**
   * The first one is what the ledger bills; the others are counted.
   *
   * @return whether it is the first
   */
  boolean usage(UsageRecord usage, long timestampMs) {
    if (usageRecords++ == 0) {
      usageTokens = usage.getUsage().getCompletionTokens();
    }
    seen(timestampMs);
    return usageRecords == 1;
  }

  void tokens(TokenChunk chunk, long timestampMs) {
    if (chain == null) {
      chain = new Chain();
    }
    chain.add(chunk);
    seen(timestampMs);
  }

  /** A replica could not read what the router dispatched. */
  void deadLetterBehindTheRouter(String code) {
    deadLetter = code;
  }

  /** Some job has not read it yet. */
  void waits() {
    waiting = true;
  }

  /** Those of them that no dead letter refuses. */
  long accepted(Predicate<Source> refused) {
    return sent.stream().filter(refused.negate()).count();
  }

  long firstSentMs() {
    return firstSentMs;
  }

  /** Whether nothing is under way: no record since that time, none that waits. */
  boolean settled(long beforeMs) {
    return newestMs < beforeMs && !waiting;
  }

  int results() {
    return results;
  }

  int usageRecords() {
    return usageRecords;
  }

  /** Tokens of the first result; null without one. */
  TokenDigest resultTokens() {
    return resultTokens;
  }

  int usageTokens() {
    return usageTokens;
  }

  /** An empty one that has not ended if the log holds nothing. */
  Chain chain() {
    return chain == null ? NOTHING : chain;
  }

  /** Its code, or null. */
  String deadLetter() {
    return deadLetter;
  }

  private void seen(long timestampMs) {
    newestMs = Math.max(newestMs, timestampMs);
  }
}
