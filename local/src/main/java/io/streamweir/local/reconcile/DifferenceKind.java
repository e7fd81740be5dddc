package io.streamweir.local.reconcile;

import java.util.Locale;

/** In which way the topics can disagree. The codes are stable, for programs. */
public enum DifferenceKind {
  /** A request without result and usage record, and too old to be still under way. */
  REQUEST_LOST,
  /** A record on a request topic that is no request, without a dead letter. */
  RECORD_LOST,
  /** More than one dead letter for one record. */
  DEAD_LETTER_NOT_UNIQUE,
  /** Two records of one identity, neither of them refused as a duplicate. */
  DUPLICATE_ACCEPTED,
  /** A result, a usage record or tokens of a request that nobody sent, or that was refused. */
  REQUEST_MISSING,
  RESULT_NOT_UNIQUE,
  USAGE_NOT_UNIQUE,
  /** A usage record without a result. */
  RESULT_MISSING,
  /** A result without a usage record. */
  USAGE_MISSING,
  /** The token stream breaks for who reads it by the rule. */
  STREAM_GAP,
  /** An index was released twice, with different tokens. */
  STREAM_CONTRADICTION,
  /** The request ended, but its stream has no last chunk. */
  STREAM_WITHOUT_END,
  /** Other tokens were billed than the stream holds. */
  USAGE_TOKENS_DIFFER,
  /** The result holds other tokens than the stream. */
  RESULT_TOKENS_DIFFER,
  /** The stream is gone; result and bill disagree on the number of tokens. */
  RESULT_AND_USAGE_DIFFER,
  /** The ledger's total of an account is not the sum of its usage records. */
  LEDGER_DIFFERS,
  /** A record behind the router that is not Avro of its schema. */
  UNDECODABLE_RECORD;

  /** As reports spell it. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
