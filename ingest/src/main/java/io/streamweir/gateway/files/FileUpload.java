package io.streamweir.gateway.files;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.http.BodyReader;
import io.streamweir.schemas.FileRecord;
import io.streamweir.schemas.RequestKey;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerFileUpload;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/**
 * One upload: a form with a file, which goes to the topic of chunks while it comes, so that of a
 * large one no more than a few chunks are in memory. On the event loop of its connection.
 */
final class FileUpload {

  private static final String FILE = "file";

  private final Vertx vertx;
  private final ChunkWriter.Sink sink;
  private final FileLimits limits;
  private final HttpServerRequest request;
  private final RequestKey file;
  private final Consumer<FileRecord> stored;
  private final Consumer<ApiError> refused;
  private final Runnable onEnd;
  private final long timer;
  private ChunkWriter writer;
  private String filename;

  /** Whether all of the file has come. */
  private boolean complete;

  private boolean over;

  /**
   * @param sink takes its content
   * @param stored gets the file when its content is on the topic; it is not known to anybody yet
   * @param refused gets the reason why there is none
   * @param onEnd called once, before either or when the client is gone
   */
  FileUpload(
      Vertx vertx,
      ChunkWriter.Sink sink,
      FileLimits limits,
      HttpServerRequest request,
      RequestKey file,
      Consumer<FileRecord> stored,
      Consumer<ApiError> refused,
      Runnable onEnd) {
    this.vertx = vertx;
    this.sink = sink;
    this.limits = limits;
    this.request = request;
    this.file = file;
    this.stored = stored;
    this.refused = refused;
    this.onEnd = onEnd;
    this.timer = vertx.setTimer(limits.timeout().toMillis(), id -> late());
  }

  /** To be called in the request's handler: later the first bytes would be missed. */
  void start(long nowMs) {
    request.exceptionHandler(this::broken);
    try {
      request.setExpectMultipart(true);
    } catch (RuntimeException e) {
      // A header that announces a form and does not say where its parts begin.
      broken(e);
      return;
    }
    request.uploadHandler(this::begin);
    request.endHandler(end -> finish(nowMs));
  }

  private void begin(HttpServerFileUpload part) {
    if (over) {
      part.handler(rest -> {});
      return;
    }
    try {
      if (!part.name().equals(FILE) || writer != null) {
        throw new ApiException(
            ApiError.invalid(part.name(), "The form must have one file, in the part 'file'."));
      }
      filename = FileForm.filename(part.filename());
    } catch (ApiException e) {
      giveUp(e.error());
      part.handler(rest -> {});
      return;
    }
    var context = vertx.getOrCreateContext();
    writer = new ChunkWriter(sink, task -> context.runOnContext(ignored -> task.run()));
    writer.whenDrained(request::resume);
    part.handler(this::take);
    part.endHandler(end -> complete = true);
  }

  private void take(Buffer bytes) {
    if (over) {
      return;
    }
    writer.take(bytes);
    if (writer.bytes() > limits.bytes()) {
      giveUp(
          ApiError.of(
              413,
              "file_too_large",
              "The file is larger than "
                  + limits.bytes()
                  + " bytes (files.limit). Split it into several batches."));
    } else if (writer.full()) {
      // Not the part: the request would end without waiting for what a paused part holds back.
      request.pause();
    }
  }

  private void finish(long nowMs) {
    if (over) {
      return;
    }
    try {
      if (writer == null) {
        throw new ApiException(
            ApiError.invalid(FILE, "The form has no part 'file' with a file name."));
      }
      if (!complete) {
        throw new ApiException(
            ApiError.of(400, "invalid_form", "The form ends in the middle of the file."));
      }
      var form = FileForm.of(request.formAttributes(), limits.kept());
      writer.end().whenComplete((content, failure) -> written(form, content, failure, nowMs));
    } catch (ApiException e) {
      // All of the form has been read, so the connection can go on.
      end();
      refused.accept(e.error());
    }
  }

  private void written(FileForm form, ChunkWriter.Content content, Throwable failure, long nowMs) {
    if (!end()) {
      return;
    }
    if (failure != null) {
      refused.accept(FileErrors.of(failure));
      return;
    }
    stored.accept(
        FileRecord.newBuilder()
            .setTenant(file.tenant())
            .setFileId(file.requestId())
            .setFilename(filename)
            .setPurpose(form.purpose())
            .setCreatedAtMs(nowMs)
            .setExpiresAtMs(nowMs + form.kept().toMillis())
            .setSpan(content.span().orElse(null))
            .setLines(content.lines())
            .setRequests(content.requests())
            .build());
  }

  private void broken(Throwable failure) {
    if (failure instanceof HttpClosedException) {
      end();
    } else {
      giveUp(ApiError.of(400, "invalid_form", "The form cannot be read: " + failure + "."));
    }
  }

  private void late() {
    giveUp(
        ApiError.of(
            408,
            "request_timeout",
            "The file did not arrive within "
                + limits.timeout().toMillis()
                + " ms (files.receive-timeout)."));
  }

  private void giveUp(ApiError error) {
    if (end()) {
      BodyReader.refuseAndClose(vertx, request, refused, error);
      request.resume();
    }
  }

  private boolean end() {
    if (over) {
      return false;
    }
    over = true;
    vertx.cancelTimer(timer);
    onEnd.run();
    return true;
  }
}
