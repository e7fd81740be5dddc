package io.streamweir.gateway.files;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.http.Page;
import io.streamweir.gateway.http.Query;
import io.streamweir.gateway.http.Replies;
import io.streamweir.gateway.http.Transfers;
import io.streamweir.gateway.keys.Caller;
import io.streamweir.schemas.FileRecord;
import io.streamweir.schemas.RequestKey;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** The routes of files. Used on one event loop. */
public final class FileRoutes {

  private static final int PAGE = 10_000;
  private static final String MULTIPART = "multipart/form-data";

  private final Vertx vertx;
  private final Replies replies;
  private final Transfers transfers;
  private final FileLimits limits;
  private final InstantSource clock;

  /**
   * @param transfers of the whole gateway
   */
  public FileRoutes(
      Vertx vertx, Replies replies, Transfers transfers, FileLimits limits, InstantSource clock) {
    this.vertx = vertx;
    this.replies = replies;
    this.transfers = transfers;
    this.limits = limits;
    this.clock = clock;
  }

  /** To be called in the request's handler: later the first bytes would be missed. */
  public void upload(HttpServerRequest request, FileService service, Caller caller) {
    var type = request.getHeader("Content-Type");
    if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(MULTIPART)) {
      throw new ApiException(
          ApiError.invalid(
              "Content-Type", "A file is uploaded as a form: Content-Type must be " + MULTIPART));
    }
    requireRoom(service, caller.tenant());
    transfers.begin();
    var id = "file-" + UUID.randomUUID().toString().replace("-", "");
    var key = new RequestKey(caller.tenant(), id);
    new FileUpload(
            vertx,
            chunk -> service.files().append(key, chunk),
            limits,
            request,
            key,
            file -> replies.json(request, () -> makeKnown(service, file)),
            error -> replies.refuse(request, error),
            transfers::end)
        .start(clock.millis());
  }

  public void show(HttpServerRequest request, FileService service, Caller caller, String id) {
    replies.json(
        request, () -> find(service, caller, id).thenApply(file -> FileObject.of(file).toString()));
  }

  /** The newest first, unless the parameter {@code order} is asc. */
  public void list(HttpServerRequest request, FileService service, Caller caller) {
    var page = Page.of(request, PAGE, PAGE);
    var purpose = Query.parameter(request, "purpose");
    var oldestFirst = "asc".equals(Query.parameter(request, "order"));
    replies.json(
        request,
        () ->
            service
                .upToDate()
                .thenApply(
                    read -> {
                      var files = new ArrayList<>(service.fileTable().of(caller.tenant()));
                      files.removeIf(one -> purpose != null && !purpose.equals(one.getPurpose()));
                      if (!oldestFirst) {
                        Collections.reverse(files);
                      }
                      return page.cut(files, FileObject::of).toString();
                    }));
  }

  /** Nobody gets the file any more; a batch that reads it goes on. */
  public void delete(HttpServerRequest request, FileService service, Caller caller, String id) {
    replies.json(
        request,
        () ->
            find(service, caller, id)
                .thenCompose(
                    file ->
                        service.files().put(FileRecord.newBuilder(file).setDeleted(true).build()))
                .thenCompose(sent -> service.upToDate())
                .thenApply(
                    read ->
                        JsonNodeFactory.instance
                            .objectNode()
                            .put("id", id)
                            .put("object", "file")
                            .put("deleted", true)
                            .toString()));
  }

  public void content(HttpServerRequest request, FileService service, Caller caller, String id) {
    find(service, caller, id)
        .whenCompleteAsync(
            (file, failure) -> {
              if (failure == null) {
                download(request, service, file);
              } else {
                replies.refuse(request, replies.error(failure));
              }
            },
            replies.eventLoop());
  }

  private void download(HttpServerRequest request, FileService service, FileRecord file) {
    try {
      transfers.begin();
    } catch (ApiException e) {
      replies.refuse(request, e.error());
      return;
    }
    new FileDownload(
            vertx,
            service.files(),
            file,
            request,
            error -> replies.refuse(request, error),
            transfers::end)
        .start();
  }

  private static CompletionStage<String> makeKnown(FileService service, FileRecord file) {
    return service
        .files()
        .put(file)
        .thenCompose(sent -> service.upToDate())
        .thenApply(read -> FileObject.of(file).toString());
  }

  private void requireRoom(FileService service, String tenant) {
    var files = service.fileTable().of(tenant).size();
    if (files >= limits.perTenant()) {
      throw new ApiException(
          ApiError.of(
              429,
              "too_many_files",
              "This tenant has "
                  + files
                  + " files, and at most "
                  + limits.perTenant()
                  + " are kept (files.tenant-limit). Delete some."));
    }
  }

  private static CompletionStage<FileRecord> find(FileService service, Caller caller, String id) {
    var key = new RequestKey(caller.tenant(), id);
    return service
        .find(() -> service.fileTable().find(key))
        .thenApply(
            found -> found.orElseThrow(() -> new ApiException(FileErrors.unknown("file_id", id))));
  }
}
