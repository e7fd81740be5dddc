package io.streamweir.gateway.files;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.FileChunk;
import io.streamweir.schemas.FileRecord;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One download: a chunk is read when the one before has left for the client, so that a slow client
 * costs one chunk. On the event loop of its connection; Kafka is read on a worker.
 */
final class FileDownload {

  private static final Logger LOG = LoggerFactory.getLogger(FileDownload.class);

  private final Vertx vertx;
  private final FileStore store;
  private final FileRecord file;
  private final HttpServerRequest request;
  private final Consumer<ApiError> refused;
  private final Runnable onEnd;

  /** Made and used on workers, one at a time. */
  private FileReader reader;

  private boolean over;

  /**
   * @param refused gets the reason if nothing can be sent
   * @param onEnd called once
   */
  FileDownload(
      Vertx vertx,
      FileStore store,
      FileRecord file,
      HttpServerRequest request,
      Consumer<ApiError> refused,
      Runnable onEnd) {
    this.vertx = vertx;
    this.store = store;
    this.file = file;
    this.request = request;
    this.refused = refused;
    this.onEnd = onEnd;
  }

  void start() {
    var response = request.response();
    response.putHeader("Content-Type", "application/octet-stream");
    response.putHeader(
        "Content-Disposition",
        "attachment; filename*=UTF-8''"
            + URLEncoder.encode(file.getFilename(), StandardCharsets.UTF_8).replace("+", "%20"));
    response.putHeader("Content-Length", Long.toString(FileObject.bytes(file)));
    if (file.getSpan() == null) {
      response.end().onComplete(ended -> end());
    } else {
      next(response);
    }
  }

  private void next(HttpServerResponse response) {
    if (response.closed()) {
      end();
      return;
    }
    vertx
        .executeBlocking(this::read, false)
        .onComplete(chunk -> write(response, chunk), failure -> fail(response, failure));
  }

  private Optional<FileChunk> read() {
    if (reader == null) {
      reader = store.read(FileStore.keyOf(file), file.getSpan());
    }
    return reader.next();
  }

  private void write(HttpServerResponse response, Optional<FileChunk> chunk) {
    if (chunk.isEmpty()) {
      response.end().onComplete(ended -> end());
      return;
    }
    var content = chunk.get().getContent();
    var bytes = new byte[content.remaining()];
    content.get(bytes);
    response
        .write(Buffer.buffer(bytes))
        .onComplete(written -> next(response), failure -> fail(response, failure));
  }

  private void fail(HttpServerResponse response, Throwable failure) {
    if (!response.headWritten() && !response.closed()) {
      response.headers().remove("Content-Length").remove("Content-Disposition");
      refused.accept(FileErrors.of(failure));
    } else if (!response.closed()) {
      LOG.warn("The download of {} broke off", FileStore.keyOf(file), failure);
      request.connection().close();
    }
    end();
  }

  private void end() {
    if (over) {
      return;
    }
    over = true;
    onEnd.run();
    vertx.executeBlocking(
        () -> {
          if (reader != null) {
            reader.close();
          }
          return null;
        },
        false);
  }
}
