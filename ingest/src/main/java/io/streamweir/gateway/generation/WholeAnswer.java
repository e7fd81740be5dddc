package io.streamweir.gateway.generation;

import io.streamweir.gateway.http.Answers;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenLogprob;
import io.streamweir.schemas.TokenUsage;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;

/** Collects the choices and answers once, when all have ended. */
final class WholeAnswer implements Answer {

  private final HttpConnection connection;
  private final HttpServerResponse response;
  private final ReplyFormat format;
  private final Completion[] completions;
  private int open;
  private TokenUsage usage = new TokenUsage();

  WholeAnswer(HttpServerRequest request, ReplyFormat format, int choices) {
    this.connection = request.connection();
    this.response = request.response();
    this.format = format;
    this.completions = new Completion[choices];
    this.open = choices;
  }

  @Override
  public Reply choice(int number) {
    return new Choice(number);
  }

  private void completed(int number, Completion completion, TokenUsage itsUsage) {
    completions[number] = completion;
    usage = Usages.sum(usage, itsUsage);
    open--;
    if (open == 0) {
      Answers.json(response, 200, format.whole(List.of(completions), usage));
    }
  }

  private final class Choice implements Reply {

    private final int number;
    private final StringBuilder text = new StringBuilder();
    private final List<TokenLogprob> logprobs = new ArrayList<>();

    Choice(int number) {
      this.number = number;
    }

    @Override
    public boolean chunk(TokenChunk chunk) {
      text.append(chunk.getText());
      logprobs.addAll(chunk.getLogprobs());
      return false;
    }

    @Override
    public boolean startOver() {
      text.setLength(0);
      logprobs.clear();
      return true;
    }

    @Override
    public void finish(TokenChunk last) {
      completed(number, new Completion(text.toString(), logprobs, last), last.getUsage());
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
}
