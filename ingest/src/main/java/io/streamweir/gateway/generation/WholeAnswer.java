package io.streamweir.gateway.generation;

import io.streamweir.gateway.http.Answers;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ByteBudget;
import io.streamweir.gateway.http.Work;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.stream.Stream;

/** Collects the choices and answers once, when all have ended. */
final class WholeAnswer implements Answer {

  private final HttpConnection connection;
  private final HttpServerResponse response;
  private final ReplyFormat format;
  private final Work work;
  private final List<Collected> choices;
  private final Completion[] completions;
  private int open;
  private TokenUsage usage = new TokenUsage();

  /**
   * @param budget of all answers that are given at once
   */
  WholeAnswer(
      HttpServerRequest request, ReplyFormat format, int choices, ByteBudget budget, Work work) {
    this.connection = request.connection();
    this.response = request.response();
    this.format = format;
    this.work = work;
    this.choices = Stream.generate(() -> new Collected(budget)).limit(choices).toList();
    this.completions = new Completion[choices];
    this.open = choices;
  }

  @Override
  public Reply choice(int number) {
    return new Choice(number);
  }

  @Override
  public void discard() {
    release();
  }

  private void release() {
    choices.forEach(Collected::clear);
  }

  private void completed(int number, TokenChunk last) {
    completions[number] = choices.get(number).complete(last);
    usage = Usages.sum(usage, last.getUsage());
    open--;
    if (open == 0) {
      work.run(() -> format.whole(List.of(completions), usage), bytes())
          .onFailure(failure -> fail(CallErrors.of(failure)))
          .compose(body -> Answers.json(response, 200, body))
          .onComplete(written -> release());
    }
  }

  private long bytes() {
    return choices.stream().mapToLong(Collected::bytes).sum();
  }

  private void fail(ApiError error) {
    Answers.error(response, error, format.refusal(error));
  }

  private final class Choice implements Reply {

    private final int number;
    private final Collected collected;

    Choice(int number) {
      this.number = number;
      this.collected = choices.get(number);
    }

    @Override
    public boolean chunk(TokenChunk chunk) {
      collected.add(chunk);
      return false;
    }

    @Override
    public boolean startOver() {
      collected.clear();
      return true;
    }

    @Override
    public void finish(TokenChunk last) {
      completed(number, last);
    }

    @Override
    public void fail(ApiError error) {
      WholeAnswer.this.fail(error);
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
