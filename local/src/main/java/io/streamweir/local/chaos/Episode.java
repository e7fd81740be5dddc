package io.streamweir.local.chaos;

import java.time.Instant;
import java.util.List;

/**
 * One blow and what followed, as it was seen from outside.
 *
 * @param code what happened; "two at once" for two
 * @param words what happened, in full
 * @param faults how many happened
 * @param givenUp what could not be done in time, and why: a command of the operator that failed
 * @param streams that were in flight
 * @param disturbedMs of those that were silent for longer than half a second: from the blow to the
 *     token that ended the silence
 * @param longestPauseMs the longest silence of those that were not disturbed
 * @param servesAfterMs until every process served again; -1 if one did not in time
 * @param unrecovered streams from which nothing came any more in time
 */
record Episode(
    Instant at,
    String code,
    String words,
    int faults,
    List<String> givenUp,
    int streams,
    List<Long> disturbedMs,
    long longestPauseMs,
    long servesAfterMs,
    int unrecovered) {}
