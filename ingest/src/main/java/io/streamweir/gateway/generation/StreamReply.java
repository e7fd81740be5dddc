package io.streamweir.gateway.generation;

import io.streamweir.gateway.http.Answers;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.TokenUsage;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/**
 * Passes text on as server-sent events as it comes.
 *
 * <p>The first text decides the status: until then an error is an HTTP error, afterwards it is an
 * event.
 */
final class StreamReply implements Reply {

  /** What may wait for one client's socket, bytes: a stalled reader costs no more. */
  private static final int WRITE_QUEUE_BYTES = 16 << 10;

  private final HttpConnection connection;
  private final HttpServerResponse response;
  private final ReplyFormat format;
  private boolean opened;
  private boolean ended;

  StreamReply(HttpServerRequest request, ReplyFormat format) {
    this.connection = request.connection();
    this.response = request.response();
    this.format = format;
  }

  @Override
  public boolean text(String text) {
    if (text.isEmpty()) {
      return false;
    }
    write(opening() + format.delta(text));
    return true;
  }

  @Override
  public boolean startOver() {
    return !opened;
  }

  @Override
  public void finish(String finishReason, TokenUsage usage) {
    end(opening() + format.close(finishReason, usage));
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
    response.drainHandler(
        drained -> {
          response.drainHandler(null);
          then.run();
        });
  }

  @Override
  public void sever() {
    connection.close();
  }

  @Override
  public void keepAlive() {
    if (opened) {
      write(": keep-alive\n\n");
    }
  }

  private String opening() {
    if (opened) {
      return "";
    }
    opened = true;
    response
        .setChunked(true)
        .setWriteQueueMaxSize(WRITE_QUEUE_BYTES)
        .putHeader("Content-Type", "text/event-stream; charset=utf-8")
        .putHeader("Cache-Control", "no-cache")
        .putHeader("X-Accel-Buffering", "no");
    return format.open();
  }

  private void write(String events) {
    if (!ended && !response.closed()) {
      response.write(events);
    }
  }

  private void end(String events) {
    if (!ended && !response.closed()) {
      ended = true;
      response.end(events);
    }
  }
}
