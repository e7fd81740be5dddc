package io.streamweir.gateway.generation;

import io.streamweir.gateway.http.Answers;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * Passes tokens on as server-sent events as they come.
 *
 * <p>The first text, or the first tokens of an answer that is taken apart, decides the status:
 * until then an error is an HTTP error, afterwards it is an event. The events of an answer with one
 * choice carry ids, see {@link StreamPosition}.
 */
final class StreamAnswer implements Answer {

  /**
   * What may wait for one client's socket, bytes. As much again waits in Vert.x, so a stalled
   * reader costs twice that, and what {@code stream.buffer} allows.
   */
  private static final int WRITE_QUEUE_BYTES = 4 << 10;

  private static final String EVENT_END = "\n\n";

  private final HttpConnection connection;
  private final HttpServerResponse response;
  private final ReplyFormat format;
  private final StreamPosition begin;
  private final int choices;
  private final List<Runnable> waiting = new ArrayList<>();
  private int open;
  private TokenUsage usage = new TokenUsage();
  private boolean opened;
  private boolean ended;

  /**
   * @param begin what the client has of it already; only for one choice
   */
  StreamAnswer(HttpServerRequest request, ReplyFormat format, int choices, StreamPosition begin) {
    this.connection = request.connection();
    this.response = request.response();
    this.format = format;
    this.begin = begin;
    this.choices = choices;
    this.open = choices;
    if (goesOn()) {
      format.resume(begin);
    }
  }

  @Override
  public Reply choice(int number) {
    return new Choice(number);
  }

  private void completed(String lastEvents, TokenUsage itsUsage) {
    usage = Usages.sum(usage, itsUsage);
    open--;
    if (open > 0) {
      write(lastEvents);
    } else {
      end(lastEvents + format.close(usage));
    }
  }

  private void head() {
    if (!opened) {
      opened = true;
      response
          .setChunked(true)
          .setWriteQueueMaxSize(WRITE_QUEUE_BYTES)
          .putHeader("Content-Type", "text/event-stream; charset=utf-8")
          .putHeader("Cache-Control", "no-cache")
          .putHeader("X-Accel-Buffering", "no");
    }
  }

  private void write(String events) {
    if (!ended && !response.closed()) {
      head();
      response.write(events);
    }
  }

  private void end(String events) {
    if (!ended && !response.closed()) {
      head();
      ended = true;
      response.end(events);
    }
  }

  private boolean goesOn() {
    return !begin.equals(StreamPosition.START);
  }

  private void drained() {
    response.drainHandler(null);
    var ready = List.copyOf(waiting);
    waiting.clear();
    ready.forEach(Runnable::run);
  }

  private final class Choice implements Reply {

    private final int number;
    private StreamPosition position = format.wordedFrom(begin);
    private boolean begun = !position.equals(StreamPosition.START);

    /** Whether the answer has begun with events that the client has already. */
    private boolean withheld;

    Choice(int number) {
      this.number = number;
    }

    @Override
    public boolean chunk(TokenChunk chunk) {
      format.see(number, chunk);
      if (chunk.getDeltas() != null && format.wordsDeltas()) {
        return takenApart(chunk);
      }
      if (chunk.getDeltas() != null) {
        chunk.getDeltas().forEach(delta -> position = position.plus(delta));
      }
      position = position.plus(chunk.getTokenIds().size(), chunk.getText());
      if (chunk.getText().isEmpty() && chunk.getLogprobs().isEmpty()) {
        return false;
      }
      return send(opening(chunk) + unlessHad(format.delta(number, chunk)));
    }

    /**
     * Each event tells how far it goes, so that a client can go on behind any of them. Tokens that
     * the form has no event for open the stream all the same, so that it is kept alive.
     */
    private boolean takenApart(TokenChunk chunk) {
      var silent = chunk.getTokenIds().isEmpty() && chunk.getDeltas().isEmpty();
      var events = new StringBuilder(silent ? "" : opening(chunk));
      var left = chunk.getDeltas().size() + (chunk.getLogprobs().isEmpty() ? 0 : 1);
      for (var delta : chunk.getDeltas()) {
        position = position.plus(delta);
        left--;
        if (left == 0) {
          position = position.plus(chunk.getTokenIds().size(), chunk.getText());
        }
        events.append(unlessHad(format.delta(number, delta, chunk)));
      }
      if (left > 0 || chunk.getDeltas().isEmpty()) {
        position = position.plus(chunk.getTokenIds().size(), chunk.getText());
      }
      if (left > 0) {
        events.append(unlessHad(format.logprobs(number, chunk)));
      }
      return send(events.toString());
    }

    private boolean send(String events) {
      if (!events.isEmpty()) {
        write(events);
      }
      return !events.isEmpty();
    }

    @Override
    public boolean startOver() {
      if (opened) {
        return false;
      }
      position = begin;
      return !goesOn();
    }

    @Override
    public void finish(TokenChunk last) {
      completed(opening(last) + format.finish(number, last), last.getUsage());
    }

    @Override
    public void fail(ApiError error) {
      if (opened) {
        end(format.failure(error));
      } else {
        Answers.error(response, error, format.refusal(error));
      }
    }

    @Override
    public boolean writable() {
      return !response.writeQueueFull();
    }

    @Override
    public void whenWritable(Runnable then) {
      waiting.add(then);
      response.drainHandler(drained -> drained());
    }

    @Override
    public void sever() {
      connection.close();
    }

    @Override
    public void keepAlive() {
      if (opened || withheld) {
        write(format.keepAlive());
      }
    }

    private String opening(TokenChunk first) {
      if (begun) {
        return "";
      }
      begun = true;
      var events = format.open(number, first);
      withheld = goesOn();
      return withheld ? "" : events;
    }

    /** What is worded is not sent again if the client has it; else it bears an id. */
    private String unlessHad(String events) {
      return goesOn() && position.isWithin(begin) ? "" : withId(events);
    }

    /**
     * The last of the events bears the id: a client has them all, or begins with the first again.
     */
    private String withId(String events) {
      if (choices > 1 || events.isEmpty()) {
        return events;
      }
      var before = events.lastIndexOf(EVENT_END, events.length() - EVENT_END.length() - 1);
      var last = before < 0 ? 0 : before + EVENT_END.length();
      return events.substring(0, last) + "id: " + position + "\n" + events.substring(last);
    }
  }
}
