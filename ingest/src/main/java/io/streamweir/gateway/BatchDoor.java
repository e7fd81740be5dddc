package io.streamweir.gateway;

import io.streamweir.gateway.batches.BatchRoutes;
import io.streamweir.gateway.files.FileErrors;
import io.streamweir.gateway.files.FileLimits;
import io.streamweir.gateway.files.FileRoutes;
import io.streamweir.gateway.http.BodyReader;
import io.streamweir.gateway.http.PathVariable;
import io.streamweir.gateway.http.Replies;
import io.streamweir.gateway.keys.Scope;
import io.streamweir.gateway.openai.OpenAiErrors;
import io.streamweir.schemas.Topics;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.Executor;

/** Lets requests about files and batches in: who asks, is it ready, what is it about. */
final class BatchDoor {

  private final Doors shared;
  private final FileRoutes files;
  private final BatchRoutes batches;

  BatchDoor(Doors shared, Vertx vertx, BodyReader bodies, Executor eventLoop) {
    this.shared = shared;
    var config = shared.config();
    var replies = new Replies(eventLoop, OpenAiErrors::answer, FileErrors::of);
    var limits =
        new FileLimits(
            config.get(GatewaySettings.FILE_LIMIT),
            config.get(GatewaySettings.FILES_PER_TENANT),
            config.get(GatewaySettings.FILE_TIMEOUT),
            Topics.FILES.retention());
    this.files = new FileRoutes(vertx, replies, shared.transfers(), limits, shared.clock());
    this.batches = new BatchRoutes(bodies, replies);
  }

  void handle(Route route, HttpServerRequest request) {
    var caller = shared.callers().of(request, Scope.BATCHES);
    shared.requireReady();
    var service = shared.backend().batches().orElseThrow();
    var id = route.hasVariable() ? PathVariable.of(request, route.prefix(), route.suffix()) : null;
    switch (route) {
      case UPLOAD_FILE -> files.upload(request, service, caller);
      case FILES -> files.list(request, service, caller);
      case FILE -> files.show(request, service, caller, id);
      case DELETE_FILE -> files.delete(request, service, caller, id);
      case FILE_CONTENT -> files.content(request, service, caller, id);
      case CREATE_BATCH -> batches.create(request, service, caller, IdempotencyKey.of(request));
      case BATCHES -> batches.list(request, service, caller);
      case BATCH -> batches.show(request, service, caller, id);
      case CANCEL_BATCH -> {
        var client = shared.backend().client().orElseThrow();
        batches.cancel(request, service, client, caller, id);
      }
      default -> throw new IllegalArgumentException(route + " is about neither");
    }
  }
}
