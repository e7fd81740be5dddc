package io.streamweir.local.demo;

import io.streamweir.local.terminal.Terminal;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Shows every so many-th stream as it comes, one at a time, a dot between the pieces as they
 * arrived. Thread-safe.
 */
final class LiveStreams {

  private static final int EVERY = 40;
  private static final int WIDTH = 60;
  private static final String SEAM = "·";

  private final Terminal terminal;
  private final AtomicInteger opened = new AtomicInteger();

  LiveStreams(Terminal terminal) {
    this.terminal = terminal;
  }

  /** A stream that is shown, or one that is not. */
  Line open(String requestId, String question) {
    var shown = opened.getAndIncrement() % EVERY == 0;
    return new Line(shown ? requestId : null, question);
  }

  /** One stream; written by one thread at a time. */
  final class Line {

    private final String requestId;
    private final String question;
    private final StringBuilder text = new StringBuilder();

    private Line(String requestId, String question) {
      this.requestId = requestId;
      this.question = question;
    }

    void append(String piece) {
      if (requestId != null && !piece.isEmpty()) {
        text.append(text.length() == 0 ? "" : SEAM).append(piece);
        terminal.status("  " + requestId + "  " + text);
      }
    }

    void close() {
      if (requestId != null) {
        terminal.status("");
        terminal.line("  %s  %s", requestId, shorten(question));
        terminal.line("      %s", text);
      }
    }

    private static String shorten(String text) {
      return text.length() <= WIDTH ? text : text.substring(0, WIDTH) + "...";
    }
  }
}
