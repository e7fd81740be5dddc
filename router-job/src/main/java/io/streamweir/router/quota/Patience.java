package io.streamweir.router.quota;

import io.streamweir.router.routing.Routed;
import java.time.Duration;

/**
 * How long requests wait that are one too many. Time in which the router did not run does not
 * count: the ends of others that came meanwhile have yet to be read.
 *
 * @param online how long a request waits that is one too many at a time
 * @param offline how long a request of the offline lane waits, if not for less because of its
 *     deadline
 * @param beganAtMs when this run of the router began, epoch milliseconds
 */
record Patience(Duration online, Duration offline, long beganAtMs) {

  /** Until when a request waits that has just come, epoch milliseconds. */
  long untilMs(Routed routed, long nowMs) {
    if (!routed.offline) {
      return nowMs + online.toMillis();
    }
    var longest = nowMs + offline.toMillis();
    return routed.deadlineMs == null ? longest : Math.min(longest, routed.deadlineMs);
  }

  /** Whether a request has waited long enough, maybe in an earlier run. */
  boolean isOver(Held waiting, long nowMs) {
    return nowMs >= Math.max(waiting.untilMs, beganAtMs + online.toMillis());
  }
}
