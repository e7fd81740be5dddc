package io.streamweir.local.stack;

import io.streamweir.local.terminal.Pause;
import io.streamweir.local.terminal.WeirException;
import java.time.Duration;

/** Waits for a server that somebody else starts. */
public final class Arrival {

  private static final Duration PAUSE = Duration.ofMillis(200);

  private Arrival() {}

  /**
   * @param url that the server answers with 200 once it serves
   * @throws WeirException if the time is over
   */
  public static void await(String url, Duration timeout) {
    var http = new Http();
    var deadline = System.nanoTime() + timeout.toNanos();
    while (!http.answers(url)) {
      if (System.nanoTime() > deadline) {
        throw new WeirException(
            "%s does not answer after %d s. Does that server run, and is the address right?"
                .formatted(url, timeout.toSeconds()));
      }
      Pause.of(PAUSE);
    }
  }
}
