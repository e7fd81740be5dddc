package io.streamweir.gateway.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Answers requests with what comes later. Used on one event loop. */
public final class Replies {

  private final Executor eventLoop;
  private final BiConsumer<HttpServerRequest, ApiError> refuse;
  private final Function<Throwable, ApiError> errors;

  /**
   * @param refuse answers with an error in the form of the protocol
   * @param errors words what went wrong
   */
  public Replies(
      Executor eventLoop,
      BiConsumer<HttpServerRequest, ApiError> refuse,
      Function<Throwable, ApiError> errors) {
    this.eventLoop = eventLoop;
    this.refuse = refuse;
    this.errors = errors;
  }

  /**
   * Answers with JSON when it is there, or with the error instead.
   *
   * @param body may throw {@link ApiException}, now or later
   */
  public void json(HttpServerRequest request, Supplier<CompletionStage<String>> body) {
    CompletionStage<String> later;
    try {
      later = body.get();
    } catch (RuntimeException e) {
      refuse(request, error(e));
      return;
    }
    later.whenCompleteAsync(
        (json, failure) -> {
          if (failure == null) {
            Answers.json(request.response(), 200, json);
          } else {
            refuse(request, error(failure));
          }
        },
        eventLoop);
  }

  public void refuse(HttpServerRequest request, ApiError error) {
    refuse.accept(request, error);
  }

  /** Runs on the event loop. */
  public Executor eventLoop() {
    return eventLoop;
  }

  /** What went wrong, in the terms of clients. */
  public ApiError error(Throwable failure) {
    if (failure instanceof CompletionException && failure.getCause() != null) {
      return error(failure.getCause());
    }
    return failure instanceof ApiException known ? known.error() : errors.apply(failure);
  }
}
