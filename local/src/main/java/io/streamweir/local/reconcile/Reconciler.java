package io.streamweir.local.reconcile;

import io.streamweir.local.terminal.WeirException;
import io.streamweir.schemas.DeadLetter;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import io.streamweir.schemas.UsageTotals;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Compares what the topics hold of each request. It is fed with records, each topic in the order of
 * its partitions, the topics in any order; it knows no Kafka.
 *
 * <p>What it keeps of a request is small and does not grow with the answer. An excess (a second
 * result, a contradiction) is a difference whenever it is seen. A lack is one only if the request
 * is settled, see {@link Terms}; before that the request is open. Not thread-safe.
 */
final class Reconciler {

  private static final Set<String> REQUEST_TOPICS =
      Set.of(Topics.REQUESTS.name(), Topics.REQUESTS_OFFLINE.name());

  private final int mostRequests;
  private final Map<RequestKey, RequestBooks> requests = new HashMap<>();
  private final Map<String, String> tenants = new HashMap<>();

  /** Records that are no requests, with their time. */
  private final Map<Source, Long> strays = new HashMap<>();

  private final Map<Source, Integer> refused = new HashMap<>();
  private final LedgerBooks ledger = new LedgerBooks();
  private final Findings findings = new Findings();
  private long requestRecords;
  private long deadLetters;
  private long results;
  private long usageRecords;
  private long billedTokens;
  private long chunks;

  /**
   * @param mostRequests how many identities fit into memory
   */
  Reconciler(int mostRequests) {
    this.mostRequests = mostRequests;
  }

  void request(Source source, InferenceRequest request, long timestampMs) {
    requestRecords++;
    books(request.getTenant(), request.getRequestId()).request(source, timestampMs);
  }

  /** A record of a request topic that is none. */
  void stray(Source source, long timestampMs) {
    strays.put(source, timestampMs);
    requireRoom(strays.size());
  }

  void result(InferenceResult result, long timestampMs) {
    results++;
    books(result.getTenant(), result.getRequestId()).result(result, timestampMs);
  }

  void usage(UsageRecord usage, long timestampMs) {
    usageRecords++;
    billedTokens += usage.getUsage().getCompletionTokens();
    if (books(usage.getTenant(), usage.getRequestId()).usage(usage, timestampMs)) {
      ledger.usage(usage, timestampMs);
    }
  }

  void tokens(TokenChunk chunk, long timestampMs) {
    chunks++;
    books(chunk.getTenant(), chunk.getRequestId()).tokens(chunk, timestampMs);
  }

  void deadLetter(DeadLetter letter) {
    deadLetters++;
    if (REQUEST_TOPICS.contains(letter.getSourceTopic())) {
      var source =
          new Source(
              letter.getSourceTopic(), letter.getSourcePartition(), letter.getSourceOffset());
      refused.merge(source, 1, Integer::sum);
      requireRoom(refused.size());
    } else if (!letter.getSourceTopic().equals(Topics.USAGE.name())) {
      deadLetterBehindTheRouter(letter);
    }
  }

  void totals(UsageTotals totals) {
    ledger.totals(totals);
  }

  /** A record that a job has yet to read: whatever becomes of it, it is not lost. */
  void waits(RequestKey key) {
    var books = requests.get(key);
    if (books != null) {
      books.waits();
    }
  }

  /** A record behind the router that cannot be read. */
  void undecodable(Source source, String reason) {
    findings.add(DifferenceKind.UNDECODABLE_RECORD, source, reason);
  }

  /** Compares; to be called once, after the last record. */
  Reconciliation compare(Terms terms) {
    strays.forEach((source, timestampMs) -> judgeStray(source, timestampMs, terms));
    refused.forEach(
        (source, letters) -> {
          if (letters > 1) {
            findings.add(
                DifferenceKind.DEAD_LETTER_NOT_UNIQUE, source, letters + " dead letters for it");
          }
        });
    requests.forEach((key, books) -> judge(key, books, terms));
    ledger.check(terms.usageSinceMs(), terms.settledBeforeMs(), findings);
    return findings.with(
        new RecordCounts(
            requestRecords,
            strays.size(),
            deadLetters,
            results,
            usageRecords,
            billedTokens,
            chunks));
  }

  private void judgeStray(Source source, long timestampMs, Terms terms) {
    if (!refused.containsKey(source) && timestampMs < terms.settledBeforeMs()) {
      findings.add(
          DifferenceKind.RECORD_LOST, source, "it is no request, and there is no dead letter");
    }
  }

  private void judge(RequestKey key, RequestBooks books, Terms terms) {
    var accepted = books.accepted(refused::containsKey);
    if (accepted == 0) {
      if (terms.requestsWhole() && RequestJudge.left(books) && settled(books, terms)) {
        findings.add(
            DifferenceKind.REQUEST_MISSING,
            key,
            "%d results, %d usage records, %d tokens, but no accepted request"
                .formatted(books.results(), books.usageRecords(), books.chain().digest().length()));
      }
      return;
    }
    findings.request();
    var judge = new RequestJudge(key, books, settled(books, terms), findings);
    judge.count(accepted);
    if (books.firstSentMs() >= terms.tokensSinceMs()) {
      judge.stream();
    } else {
      findings.withoutTokens();
      judge.withoutStream();
    }
    if (judge.open()) {
      findings.open();
    }
  }

  private static boolean settled(RequestBooks books, Terms terms) {
    return books.settled(terms.settledBeforeMs());
  }

  private void deadLetterBehindTheRouter(DeadLetter letter) {
    var key = text(letter.getKey());
    var slash = key.indexOf('/');
    if (slash > 0) {
      books(key.substring(0, slash), key.substring(slash + 1))
          .deadLetterBehindTheRouter(letter.getCode());
    }
  }

  private static String text(ByteBuffer bytes) {
    return bytes == null ? "" : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }

  private RequestBooks books(String tenant, String requestId) {
    var key = new RequestKey(tenants.computeIfAbsent(tenant, same -> same), requestId);
    var books = requests.computeIfAbsent(key, missing -> new RequestBooks());
    requireRoom(requests.size());
    return books;
  }

  private void requireRoom(int size) {
    if (size > mostRequests) {
      throw new WeirException(
          ("There are more than %d requests in the range, more than are compared in one run."
                  + " Narrow it with --since or --tenant, or raise --most-requests and the heap.")
              .formatted(mostRequests));
    }
  }
}
