package io.streamweir.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.support.Await;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkTest {

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close();
  }

  @Test
  void shouldLeaveTheEventLoopOnlyForMuch() throws Exception {
    assertThat(onEventLoop(100)).isTrue();
    assertThat(onEventLoop(1 << 20)).isFalse();
  }

  @Test
  void shouldGiveTheReasonWhenTheTaskFails() {
    assertThatThrownBy(() -> run(1 << 20, () -> Integer.parseInt("x")))
        .hasCauseInstanceOf(NumberFormatException.class);
    assertThatThrownBy(() -> run(1, () -> Integer.parseInt("x")))
        .hasCauseInstanceOf(NumberFormatException.class);
  }

  private boolean onEventLoop(long bytes) throws Exception {
    return run(bytes, Context::isOnEventLoopThread);
  }

  private <T> T run(long bytes, Callable<T> task) throws Exception {
    var context = vertx.getOrCreateContext();
    var result = new CompletableFuture<T>();
    context.runOnContext(
        begun ->
            new Work(context)
                .run(task, bytes)
                .onSuccess(result::complete)
                .onFailure(result::completeExceptionally));
    return Await.result(result);
  }
}
