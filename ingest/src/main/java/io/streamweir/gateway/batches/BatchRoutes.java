package io.streamweir.gateway.batches;

import io.streamweir.client.StreamweirClient;
import io.streamweir.gateway.files.FileErrors;
import io.streamweir.gateway.generation.CallErrors;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.http.BodyReader;
import io.streamweir.gateway.http.Page;
import io.streamweir.gateway.http.Replies;
import io.streamweir.gateway.keys.Caller;
import io.streamweir.gateway.streams.RequestIds;
import io.streamweir.schemas.BatchCounts;
import io.streamweir.schemas.BatchLine;
import io.streamweir.schemas.BatchProgress;
import io.streamweir.schemas.BatchRecord;
import io.streamweir.schemas.BatchStatus;
import io.streamweir.schemas.BatchTimes;
import io.streamweir.schemas.FileRecord;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Topics;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The routes of batches. Used on one event loop. */
public final class BatchRoutes {

  private static final String PATH = "/v1/batches";
  private static final int PAGE = 20;
  private static final int MOST_OF_A_PAGE = 100;

  private final BodyReader bodies;
  private final Replies replies;

  public BatchRoutes(BodyReader bodies, Replies replies) {
    this.bodies = bodies;
    this.replies = replies;
  }

  /**
   * Orders a batch.
   *
   * @param idempotencyKey under which there is one batch of the tenant at most
   */
  public void create(
      HttpServerRequest request,
      BatchService service,
      Caller caller,
      Optional<String> idempotencyKey) {
    bodies.read(
        request,
        (body, lease) -> {
          lease.release();
          replies.json(
              request, () -> order(BodyReader.text(body), service, caller, idempotencyKey));
        },
        error -> replies.refuse(request, error));
  }

  public void show(HttpServerRequest request, BatchService service, Caller caller, String id) {
    replies.json(
        request,
        () ->
            find(service, new RequestKey(caller.tenant(), id))
                .thenApply(one -> json(service, one)));
  }

  /** The newest first. */
  public void list(HttpServerRequest request, BatchService service, Caller caller) {
    var page = Page.of(request, PAGE, MOST_OF_A_PAGE);
    replies.json(
        request,
        () ->
            service
                .upToDate()
                .thenApply(
                    read -> {
                      var batches = new ArrayList<>(service.batches(caller.tenant()));
                      Collections.reverse(batches);
                      return page.cut(batches, one -> BatchObject.of(one, cancelled(service, one)))
                          .toString();
                    }));
  }

  /** Asks for the end of a batch: of what runs, and of what is yet to be sent. */
  public void cancel(
      HttpServerRequest request,
      BatchService service,
      StreamweirClient client,
      Caller caller,
      String id) {
    var key = new RequestKey(caller.tenant(), id);
    replies.json(
        request,
        () ->
            find(service, key)
                .thenCompose(
                    batch -> {
                      if (BatchObject.isEnding(batch)) {
                        throw new ApiException(tooLate(batch));
                      }
                      return client
                          .cancel(key, "The batch was cancelled.")
                          .thenCompose(sent -> service.upToDate())
                          .thenApply(read -> json(service, batch));
                    }));
  }

  private CompletionStage<String> order(
      String body, BatchService service, Caller caller, Optional<String> idempotencyKey) {
    var order =
        BatchOrder.parse(body, service.settings().endpoints().keySet(), Topics.FILES.retention());
    if (idempotencyKey.isEmpty()) {
      var key = key(caller, UUID.randomUUID().toString().replace("-", ""));
      return order(order, service, caller, key).thenApply(batch -> json(service, batch));
    }
    var key = key(caller, RequestIds.ofIdempotencyKey(PATH, idempotencyKey.get()));
    return service
        .find(() -> service.batch(key))
        .thenCompose(
            known ->
                known.isPresent()
                    ? CompletableFuture.completedFuture(known.get())
                    : order(order, service, caller, key))
        .thenApply(
            batch -> {
              if (!order.isOf(batch)) {
                throw new ApiException(CallErrors.idempotencyKeyReused());
              }
              return json(service, batch);
            });
  }

  private static RequestKey key(Caller caller, String unique) {
    return new RequestKey(caller.tenant(), BatchLine.batchId(unique));
  }

  /**
   * @return the batch of the key: another one, if another gateway was quicker
   */
  private static CompletionStage<BatchRecord> order(
      BatchOrder order, BatchService service, Caller caller, RequestKey key) {
    var file = new RequestKey(caller.tenant(), order.inputFileId());
    return service
        .find(() -> service.fileTable().find(file))
        .thenApply(
            found ->
                found.orElseThrow(
                    () ->
                        new ApiException(FileErrors.unknown("input_file_id", order.inputFileId()))))
        .thenCompose(
            input -> {
              requireRoom(service, caller.tenant());
              var now = service.settings().clock().millis();
              var batch = record(order, input, caller, key, now);
              return service.order(batch).thenApply(sent -> service.batch(key).orElse(batch));
            });
  }

  private static BatchRecord record(
      BatchOrder order, FileRecord input, Caller caller, RequestKey key, long nowMs) {
    return BatchRecord.newBuilder()
        .setTenant(caller.tenant())
        .setBatchId(key.requestId())
        .setEndpoint(order.endpoint())
        .setInputFileId(order.inputFileId())
        .setInput(input.getSpan())
        .setLines(input.getLines())
        .setCompletionWindow(order.window())
        .setMetadata(order.metadata())
        .setModels(caller.models().map(ArrayList::new).orElse(null))
        .setApiKey(caller.key().map(Caller.Key::name).orElse(null))
        .setOutputKeptMs(order.outputKept().toMillis())
        .setStatus(BatchStatus.VALIDATING)
        .setTimes(
            BatchTimes.newBuilder()
                .setCreatedAtMs(nowMs)
                .setExpiresAtMs(nowMs + order.time().toMillis())
                .build())
        .setCounts(BatchCounts.newBuilder().setTotal(input.getRequests()).build())
        .setProgress(BatchProgress.newBuilder().build())
        .build();
  }

  private static void requireRoom(BatchService service, String tenant) {
    var most = service.settings().limits().active();
    var active = service.batches(tenant).stream().filter(one -> !BatchObject.isEnding(one)).count();
    if (active >= most) {
      throw new ApiException(
          ApiError.of(
              429,
              "too_many_batches",
              active
                  + " batches of this tenant have not ended, and at most "
                  + most
                  + " may (batch.active-limit). Wait for one, or cancel it."));
    }
  }

  private static CompletionStage<BatchRecord> find(BatchService service, RequestKey key) {
    return service
        .find(() -> service.batch(key))
        .thenApply(found -> found.orElseThrow(() -> new ApiException(unknown(key.requestId()))));
  }

  private static String json(BatchService service, BatchRecord batch) {
    return BatchObject.of(batch, cancelled(service, batch)).toString();
  }

  private static Optional<Long> cancelled(BatchService service, BatchRecord batch) {
    return service.cancelled(BatchTable.keyOf(batch));
  }

  private static ApiError unknown(String id) {
    return new ApiError(404, "batch_not_found", "There is no batch '" + id + "'.", "batch_id");
  }

  private static ApiError tooLate(BatchRecord batch) {
    return new ApiError(
        409,
        "batch_not_cancellable",
        "A batch with status '"
            + batch.getStatus().name().toLowerCase(Locale.ROOT)
            + "' cannot be cancelled.",
        "batch_id");
  }
}
