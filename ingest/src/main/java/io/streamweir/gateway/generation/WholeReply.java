package io.streamweir.gateway.generation;

import io.streamweir.gateway.http.Answers;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.TokenUsage;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

/** Collects the text and answers once. */
final class WholeReply implements Reply {

  private final HttpConnection connection;
  private final HttpServerResponse response;
  private final ReplyFormat format;
  private final StringBuilder collected = new StringBuilder();

  WholeReply(HttpServerRequest request, ReplyFormat format) {
    this.connection = request.connection();
    this.response = request.response();
    this.format = format;
  }

  @Override
  public boolean text(String text) {
    collected.append(text);
    return false;
  }

  @Override
  public boolean startOver() {
    collected.setLength(0);
    return true;
  }

  @Override
  public void finish(String finishReason, TokenUsage usage) {
    Answers.json(response, 200, format.whole(collected.toString(), finishReason, usage));
  }

  @Override
  public void fail(ApiError error) {
    Answers.error(response, error, format.refusal(error));
  }

  @Override
  public boolean writable() {
    return true;
  }

  @Override
  public void whenWritable(Runnable then) {
    then.run();
  }

  @Override
  public void sever() {
    connection.close();
  }

  @Override
  public void keepAlive() {
    // Nothing can be sent before the status is known.
  }
}
