package io.streamweir.local.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.schemas.ResultStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What was sent, and what the topics hold of it under read_committed.
 *
 * @param offline requests of the batch that Kafka acknowledged
 * @param online requests of the shop that Kafka acknowledged
 * @param results records; more than requests if one has two
 * @param completed of these, with status COMPLETED
 * @param loggedTokens in the token log, each index once
 * @param billedTokens sum of the usage records
 * @param unequal requests whose logged and billed tokens differ, or whose stream has a gap
 * @param unanswered requests without a result
 * @param unbilled requests without a usage record
 * @param deadLetters of the run
 */
record Counts(
    int offline,
    int online,
    int results,
    int completed,
    int usageRecords,
    long loggedTokens,
    long billedTokens,
    int unequal,
    int unanswered,
    int unbilled,
    int deadLetters) {

  static Counts of(int offline, int online, Collection<RequestTally> tallies, int deadLetters) {
    var answered = (int) tallies.stream().filter(tally -> tally.results() > 0).count();
    var billed = (int) tallies.stream().filter(tally -> tally.usageRecords() > 0).count();
    return new Counts(
        offline,
        online,
        tallies.stream().mapToInt(RequestTally::results).sum(),
        (int) tallies.stream().filter(Counts::isCompleted).count(),
        tallies.stream().mapToInt(RequestTally::usageRecords).sum(),
        tallies.stream().mapToLong(RequestTally::loggedTokens).sum(),
        tallies.stream().mapToLong(RequestTally::billedTokens).sum(),
        (int) tallies.stream().filter(Counts::isUnequal).count(),
        offline + online - answered,
        offline + online - billed,
        deadLetters);
  }

  int sent() {
    return offline + online;
  }

  /** What does not match, in words. */
  List<String> mismatches() {
    var found = new ArrayList<String>();
    check(found, unanswered > 0, unanswered + " requests have no result");
    check(found, results > sent() - unanswered, "some requests have more than one result");
    check(found, unbilled > 0, unbilled + " requests have no usage record");
    check(found, usageRecords > sent() - unbilled, "some requests have more than one usage record");
    check(found, completed < sent(), sent() - completed + " requests did not complete");
    check(
        found,
        unequal > 0,
        unequal + " requests have other tokens in the log than on the bill, or a gap");
    check(found, deadLetters > 0, deadLetters + " dead letters");
    return found;
  }

  ObjectNode json(ObjectNode json) {
    return json.put("requests_sent", sent())
        .put("requests_offline", offline)
        .put("requests_online", online)
        .put("results", results)
        .put("completed", completed)
        .put("usage_records", usageRecords)
        .put("tokens_in_log", loggedTokens)
        .put("tokens_billed", billedTokens)
        .put("requests_with_unequal_tokens", unequal)
        .put("dead_letters", deadLetters);
  }

  private static void check(List<String> found, boolean wrong, String words) {
    if (wrong) {
      found.add(words);
    }
  }

  private static boolean isCompleted(RequestTally tally) {
    return tally.results() > 0 && tally.result().getStatus() == ResultStatus.COMPLETED;
  }

  private static boolean isUnequal(RequestTally tally) {
    return tally.broken() || tally.loggedTokens() != tally.billedTokens();
  }
}
