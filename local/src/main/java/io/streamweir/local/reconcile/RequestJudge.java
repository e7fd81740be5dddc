package io.streamweir.local.reconcile;

import io.streamweir.schemas.RequestKey;

/** Finds what is wrong with one request that was accepted. Not thread-safe. */
final class RequestJudge {

  private final RequestKey key;
  private final RequestBooks books;
  private final boolean settled;
  private final Findings findings;
  private boolean open;

  RequestJudge(RequestKey key, RequestBooks books, boolean settled, Findings findings) {
    this.key = key;
    this.books = books;
    this.settled = settled;
    this.findings = findings;
  }

  /** Whether a request left anything behind. */
  static boolean left(RequestBooks books) {
    return books.results() > 0
        || books.usageRecords() > 0
        || books.chain().finished()
        || books.chain().digest().length() > 0;
  }

  /** Whether something is missing that may still come. */
  boolean open() {
    return open;
  }

  /** One record, one result, one bill. */
  void count(long accepted) {
    if (accepted > 1) {
      lack(
          DifferenceKind.DUPLICATE_ACCEPTED,
          accepted + " records of this identity have no dead letter; one may be accepted");
    }
    var results = books.results();
    var bills = books.usageRecords();
    if (results > 1) {
      excess(DifferenceKind.RESULT_NOT_UNIQUE, results + " results");
    }
    if (bills > 1) {
      excess(DifferenceKind.USAGE_NOT_UNIQUE, bills + " usage records; the ledger bills one");
    }
    if (results == 0 && bills == 0) {
      lack(DifferenceKind.REQUEST_LOST, "no result, no usage record" + deadLetter());
    } else if (results == 0) {
      lack(DifferenceKind.RESULT_MISSING, "a usage record, but no result");
    } else if (bills == 0) {
      lack(DifferenceKind.USAGE_MISSING, "a result, but no usage record");
    }
  }

  /** The stream is whole, and is what was billed and what the result says. */
  void stream() {
    var chain = books.chain();
    if (chain.contradiction() != null) {
      excess(DifferenceKind.STREAM_CONTRADICTION, chain.contradiction());
    }
    if (chain.gap() != null) {
      excess(DifferenceKind.STREAM_GAP, chain.gap());
    } else if (books.results() + books.usageRecords() > 0) {
      if (!chain.finished()) {
        lack(
            DifferenceKind.STREAM_WITHOUT_END,
            "the request ended, but its stream stops after %d tokens without a last chunk"
                .formatted(chain.digest().length()));
      }
      if (chain.finished() || settled) {
        compare(chain.digest());
      }
    }
  }

  /** What can be said when the log has lost the stream. */
  void withoutStream() {
    if (books.results() > 0
        && books.usageRecords() > 0
        && books.resultTokens().length() != books.usageTokens()) {
      excess(
          DifferenceKind.RESULT_AND_USAGE_DIFFER,
          "the result has %d tokens, %d are billed"
              .formatted(books.resultTokens().length(), books.usageTokens()));
    }
  }

  private void compare(TokenDigest streamed) {
    if (books.usageRecords() > 0 && books.usageTokens() != streamed.length()) {
      excess(
          DifferenceKind.USAGE_TOKENS_DIFFER,
          "%d tokens are billed, the stream has %d"
              .formatted(books.usageTokens(), streamed.length()));
    }
    if (books.results() > 0 && !books.resultTokens().equals(streamed)) {
      excess(
          DifferenceKind.RESULT_TOKENS_DIFFER,
          books.resultTokens().length() == streamed.length()
              ? "the result and the stream have %d tokens, but not the same"
                  .formatted(streamed.length())
              : "the result has %d tokens, the stream %d"
                  .formatted(books.resultTokens().length(), streamed.length()));
    }
  }

  private String deadLetter() {
    return books.deadLetter() == null
        ? ""
        : "; a replica made a dead letter of it: " + books.deadLetter();
  }

  private void excess(DifferenceKind kind, String detail) {
    findings.add(kind, key, detail);
  }

  private void lack(DifferenceKind kind, String detail) {
    if (settled) {
      findings.add(kind, key, detail);
    } else {
      open = true;
    }
  }
}
