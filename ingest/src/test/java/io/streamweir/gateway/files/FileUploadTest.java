package io.streamweir.gateway.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.FileRecord;
import io.streamweir.schemas.RequestKey;
import io.streamweir.support.Await;
import io.streamweir.support.GatewayClient;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads over a real connection, to a log that takes its time. */
class FileUploadTest {

  /** Longer than a client needs to send what fits into the buffers of the connection. */
  private static final long ACKNOWLEDGED_AFTER_MS = 200;

  private static final FileLimits LIMITS =
      new FileLimits(64 << 20, 10, Duration.ofSeconds(30), Duration.ofDays(1));
  private static final String END =
      "\r\n--B\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--B--\r\n";

  private final Vertx vertx = Vertx.vertx();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final AtomicInteger chunks = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final CompletableFuture<FileRecord> stored = new CompletableFuture<>();
  private final CompletableFuture<ApiError> refused = new CompletableFuture<>();

  @AfterEach
  void close() {
    vertx.close();
  }

  /** The smaller ones are all there while the first two chunks are still on their way. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_048_577, 1_150_000, 4_000_000})
  void shouldStoreEveryByteWhenTheLogIsSlow(int bytes) throws Exception {
    var content = new byte[bytes];
    new Random(bytes).nextBytes(content);

    assertThat(upload(content, END)).isEqualTo(200);

    var file = Await.result(stored);
    assertThat(log.toByteArray()).isEqualTo(content);
    assertThat(file.getSpan() == null ? 0 : file.getSpan().getBytes()).isEqualTo(bytes);
    assertThat(file.getSpan() == null ? 0 : file.getSpan().getEndOffset()).isEqualTo(chunks.get());
  }

  @Test
  void shouldRefuseAFormThatEndsInItsFile() throws Exception {
    assertThat(upload("{}\n".repeat(1000).getBytes(UTF_8), "")).isEqualTo(400);

    assertThat(Await.result(refused).code()).isEqualTo("invalid_form");
    assertThat(stored).isNotDone();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data;"})
  void shouldRefuseAFormThatDoesNotSayWhereItsPartsBegin(String type) throws Exception {
    assertThat(upload(new byte[10], END, type)).isEqualTo(400);

    assertThat(refused).isDone();
    assertThat(ended).as("its place among the transfers is free").hasValue(1);
  }

  private int upload(byte[] content, String end) throws Exception {
    return upload(content, end, "multipart/form-data; boundary=B");
  }

  private int upload(byte[] content, String end, String type) throws Exception {
    var server =
        Await.result(
            vertx
                .createHttpServer()
                .requestHandler(this::receive)
                .listen(0, "127.0.0.1")
                .toCompletionStage());
    var client = new GatewayClient("http://127.0.0.1:" + server.actualPort());
    var head = "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
    return client
        .send(
            client
                .request("/")
                .header("Content-Type", type)
                .POST(
                    BodyPublishers.concat(
                        BodyPublishers.ofString(head),
                        BodyPublishers.ofByteArray(content),
                        BodyPublishers.ofString(end))))
        .statusCode();
  }

  private void receive(HttpServerRequest request) {
    new FileUpload(
            vertx,
            this::append,
            LIMITS,
            request,
            new RequestKey("shop", "file-1"),
            file -> {
              stored.complete(file);
              request.response().end();
            },
            error -> {
              refused.complete(error);
              request.response().setStatusCode(error.status()).end();
            },
            ended::incrementAndGet)
        .start(0);
  }

  private CompletionStage<RecordMetadata> append(byte[] chunk) {
    log.writeBytes(chunk);
    var topic = new TopicPartition("chunks", 0);
    var metadata = new RecordMetadata(topic, chunks.getAndIncrement(), 0, 0L, 0, chunk.length);
    var acknowledged = new CompletableFuture<RecordMetadata>();
    vertx.setTimer(ACKNOWLEDGED_AFTER_MS, id -> acknowledged.complete(metadata));
    return acknowledged;
  }
}
