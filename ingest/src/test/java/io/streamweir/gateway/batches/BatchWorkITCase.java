package io.streamweir.gateway.batches;

import static io.streamweir.support.BatchFile.byCustomId;
import static io.streamweir.support.BatchFile.line;
import static io.streamweir.support.BatchFile.lines;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.client.ClientOptions;
import io.streamweir.gateway.files.FileStore;
import io.streamweir.gateway.openai.ChatParameters;
import io.streamweir.gateway.openai.OpenAiFormat;
import io.streamweir.schemas.BatchCounts;
import io.streamweir.schemas.BatchProgress;
import io.streamweir.schemas.BatchRecord;
import io.streamweir.schemas.BatchStatus;
import io.streamweir.schemas.BatchTimes;
import io.streamweir.schemas.FileSpan;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.Timings;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.Topics;
import io.streamweir.support.Cluster;
import io.streamweir.support.LogWriter;
import io.streamweir.support.Responder;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The work on batches in the hands of runners that die, freeze and wake up. */
@ExtendWith(Cluster.Extension.class)
class BatchWorkITCase {

  private static final String CHAT = "/v1/chat/completions";
  private static final String HELD = "held";
  private static final int SLICE_BYTES = 8_000;

  /** How much later it is at each turn: long enough for the output that waits to be due. */
  private static final int TURN_MS = 1000;

  private final Cluster cluster;
  private final ClientOptions options;
  private final AtomicLong now = new AtomicLong(System.currentTimeMillis());
  private BatchBooks books;
  private FileStore files;
  private Responder responder;
  private BatchOptions settings;

  BatchWorkITCase(Cluster cluster) {
    this.cluster = cluster;
    this.options = cluster.options();
  }

  @BeforeEach
  void open() {
    InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    books = new BatchBooks(options, clock);
    books.start();
    files = FileStore.open(options);
    responder = new Responder(options);
    settings =
        new BatchOptions(
            Map.of(CHAT, new BatchEndpoint(CHAT, ChatParameters.parser(clock), OpenAiFormat::chat)),
            new BatchLimits(1000, 300_000, 10, Duration.ofMinutes(1)),
            true,
            clock);
  }

  @AfterEach
  void close() {
    books.close();
    files.close();
    responder.close();
  }

  /**
   * Each runner does one transaction and is then frozen; all of them are still there at the end.
   */
  @Test
  void shouldLoseAndDoubleNothingWhenEveryRunnerDiesAfterOneTransaction() throws Exception {
    var content = lines("a-", "counting", 100) + "no json\n" + lines("b-", "rejected", 20);
    var key = order(content, Duration.ofHours(24));
    var runners = 0;
    BatchWork frozen = null;

    while (status(key) != BatchStatus.COMPLETED) {
      var work = work();
      runners++;
      untilItCommits(work, key);
      if (frozen != null) {
        var predecessor = frozen;
        assertThatThrownBy(() -> untilItWrites(predecessor)).isInstanceOf(KafkaException.class);
        predecessor.close();
      }
      frozen = work;
    }
    frozen.close();

    assertThat(runners).isGreaterThan(2);
    var batch = batch(key);
    assertThat(batch.getCounts().getCompleted()).isEqualTo(100);
    assertThat(batch.getCounts().getFailed()).isEqualTo(21);
    var output = byCustomId(content(key.tenant(), batch.getOutputFileId(), output(batch)));
    assertThat(output).hasSize(100);
    assertThat(output.values()).allSatisfy(one -> assertThat(one).hasSize(1));
    var errors = byCustomId(content(key.tenant(), batch.getErrorFileId(), errors(batch)));
    assertThat(errors).hasSize(21);
    assertThat(errors.values()).allSatisfy(one -> assertThat(one).hasSize(1));
    for (var line = 1; line <= 100; line++) {
      assertThat(responder.copies(key.requestId() + "." + line)).isEqualTo(1);
    }
  }

  /** What was sent and not committed was not sent. */
  @Test
  void shouldSendAgainWhatWasNotCommitted() throws Exception {
    var key = order(lines("a-", "counting", 5), Duration.ofHours(24));
    try (var outbox = new Outbox(options)) {
      outbox.send(
          Topics.REQUESTS_OFFLINE.name(),
          new RequestKey(key.tenant(), key.requestId() + ".1"),
          new byte[5]);
      outbox.flush();
      try (var work = work()) {
        until(work, key, BatchStatus.COMPLETED);
      }
      assertThatThrownBy(outbox::commit).isInstanceOf(KafkaException.class);
    }
    assertThat(responder.copies(key.requestId() + ".1")).isEqualTo(1);
  }

  @Test
  void shouldExpireInTheMiddleOfASweepAndGoOnAfterADeath() throws Exception {
    var key = order(lines("a-", "silent", 150), Duration.ofHours(1));
    try (var work = work()) {
      untilRead(work, key, 150);
    }
    now.addAndGet(Duration.ofHours(1).plusMinutes(2).toMillis());
    while (status(key) != BatchStatus.EXPIRED) {
      try (var work = work()) {
        work.turn();
        work.turn();
      }
    }

    var batch = batch(key);
    var errors = byCustomId(content(key.tenant(), batch.getErrorFileId(), errors(batch)));
    assertThat(errors).hasSize(150);
    assertThat(errors.values()).allSatisfy(one -> assertThat(one).hasSize(1));
    assertThat(batch.getCounts().getExpired()).isEqualTo(150);
    assertThat(batch.getOutputFileId()).isNull();
  }

  /** A batch that expired while nobody ran it sends nothing any more. */
  @Test
  void shouldSendNothingAfterTheWindow() throws Exception {
    var key = order(lines("a-", "counting", 20), Duration.ofMinutes(1));
    now.addAndGet(Duration.ofMinutes(3).toMillis());
    try (var work = work()) {
      until(work, key, BatchStatus.EXPIRED);
    }

    assertThat(batch(key).getCounts().getExpired()).isEqualTo(20);
    assertThat(responder.copies(key.requestId() + ".1")).isZero();
  }

  /** The results of a batch that the log does not hold any more are not waited for for ever. */
  @Test
  void shouldFailWhenTheInputIsGone() throws Exception {
    var key = order(lines("a-", "counting", 5), Duration.ofHours(1));
    var batch = BatchRecord.newBuilder(batch(key)).build();
    batch.getInput().setFirstOffset(1_000_000L);
    batch.getInput().setEndOffset(1_000_001L);
    replace(key, batch);
    try (var work = work()) {
      until(work, key, BatchStatus.FAILED);
    }
    assertThat(batch(key).getProblems().get(0).getCode()).isEqualTo("input_file_gone");
  }

  @Test
  void shouldIgnoreASecondResultOfALine() throws Exception {
    var key = order(line("one", "counting") + line("two", "silent"), Duration.ofHours(1));
    try (var work = work()) {
      untilRead(work, key, 2);
      responder.request(key.requestId() + ".1");
      while (batch(key).getCounts().getCompleted() == 0) {
        turn(work);
      }
      responder.answerAgain(key.requestId() + ".1");
      responder.answerAgain(key.requestId() + ".2");
      until(work, key, BatchStatus.COMPLETED);
    }
    var batch = batch(key);
    assertThat(batch.getCounts().getCompleted()).isEqualTo(2);
    assertThat(byCustomId(content(key.tenant(), batch.getOutputFileId(), output(batch))).values())
        .allSatisfy(one -> assertThat(one).hasSize(1));
  }

  /** What nobody thought of costs its line, and no other batch anything. */
  @Test
  void shouldGoOnWhenALineOrAResultIsPoison() throws Exception {
    var poison =
        order(
            line("named", "counting\",\"\\ud800\":1,\"user\":\"u")
                + line("half", "silent")
                + line("good", "counting"),
            Duration.ofHours(1));
    var neighbour = order(lines("a-", "counting", 5), Duration.ofHours(1));
    try (var work = work()) {
      untilRead(work, poison, 3);
      answerStrangely(responder.request(poison.requestId() + ".2"));
      until(work, poison, BatchStatus.COMPLETED);
      until(work, neighbour, BatchStatus.COMPLETED);
    }

    var batch = batch(poison);
    assertThat(batch.getCounts().getCompleted()).isEqualTo(1);
    var errors = byCustomId(content(poison.tenant(), batch.getErrorFileId(), errors(batch)));
    assertThat(errors.get("named").get(0).at("/response/body/error/message").asText())
        .contains("'?' is no parameter");
    assertThat(errors.get("half").get(0).at("/response/body/error/message").asText())
        .contains("UNKNOWN", "'strange'");
    assertThat(batch(neighbour).getCounts().getCompleted()).isEqualTo(5);
  }

  @Test
  void shouldFailOnlyTheBatchWhoseOutputIsGone() throws Exception {
    var key = order(lines("a-", "counting", 5), Duration.ofHours(1));
    var neighbour = order(lines("b-", "counting", 5), Duration.ofHours(1));
    var batch = BatchRecord.newBuilder(batch(key)).build();
    batch.getProgress().setOutput(new FileSpan(0, 1_000_000L, 1_000_001L, 10L));
    replace(key, batch);
    try (var work = work()) {
      until(work, key, BatchStatus.FAILED);
      until(work, neighbour, BatchStatus.COMPLETED);
    }
    assertThat(batch(key).getProblems().get(0).getCode()).isEqualTo("file_gone");
  }

  /** The router keeps a bounded number waiting; others are not held up by those. */
  @Test
  void shouldSendNoMoreLinesOfATenantWithAQuotaThanTheRouterKeepsWaiting() throws Exception {
    var first = order(HELD, lines("a-", "silent", 300), Duration.ofHours(1));
    now.addAndGet(TURN_MS);
    var second = order(HELD, lines("b-", "silent", 300), Duration.ofHours(1));
    var neighbour = order(lines("c-", "counting", 100), Duration.ofHours(1));
    try (var work = work()) {
      until(work, neighbour, BatchStatus.COMPLETED);
      untilRead(work, first, 300);
      untilRead(work, second, 51);
      for (var turns = 0; turns < 5; turns++) {
        turn(work);
      }
      assertThat(batch(second).getProgress().getRequestsRead()).isBetween(51, 100);

      for (var line = 1; line <= 300; line++) {
        responder.answerAgain(first.requestId() + "." + line);
      }

      untilRead(work, second, 300);
    }
  }

  /** Nor more of them in bytes, in however few turns, and also when another gateway takes over. */
  @Test
  void shouldSendNoMoreBytesOfATenantWithAQuotaThanTheRouterKeepsWaiting() throws Exception {
    var andMore = "silent\",\"user\":\"" + "u".repeat(200_000) + "\"";
    var content = lines("a-", "silent", 60).replace("silent\"", andMore);
    var key = order(HELD, content, Duration.ofHours(1));
    int read;
    try (var work = work(16 << 20)) {
      untilRead(work, key, 1);
      for (var turns = 0; turns < 3; turns++) {
        turn(work);
      }
      read = batch(key).getProgress().getRequestsRead();
      assertThat(read).isBetween(20, 22);
    }
    try (var work = work(16 << 20)) {
      for (var turns = 0; turns < 3; turns++) {
        turn(work);
      }
      assertThat(batch(key).getProgress().getRequestsRead()).isEqualTo(read);
      // What is under way counts for the batches of other tests, too.
      now.addAndGet(Duration.ofHours(2).toMillis());
      until(work, key, BatchStatus.EXPIRED);
    }
  }

  /** Nothing more can be written of a batch whose record fills what the topic takes. */
  @Test
  void shouldGoOnWithTheOthersWhenABatchCannotBeCommitted() throws Exception {
    var stuck = order(lines("a-", "counting", 5), Duration.ofHours(1));
    fill(stuck);
    var neighbour = order(lines("b-", "counting", 5), Duration.ofHours(1));

    try (var work = work()) {
      until(work, neighbour, BatchStatus.COMPLETED);
    }

    assertThat(batch(stuck).getStatus()).isEqualTo(BatchStatus.IN_PROGRESS);
    assertThat(responder.copies(stuck.requestId() + ".1")).as("sent and not committed").isZero();
  }

  @Test
  void shouldFailABatchOfAnUnknownEndpointWhenItsWindowIsOver() throws Exception {
    var key = order(lines("a-", "counting", 5), Duration.ofHours(1));
    replace(key, BatchRecord.newBuilder(batch(key)).setEndpoint("/v1/other").build());
    try (var work = work()) {
      turn(work);
      assertThat(status(key)).isEqualTo(BatchStatus.IN_PROGRESS);
      now.addAndGet(Duration.ofHours(1).toMillis());
      until(work, key, BatchStatus.FAILED);
    }
    assertThat(batch(key).getProblems().get(0).getCode()).isEqualTo("unknown_endpoint");
  }

  private void replace(RequestKey key, BatchRecord batch) {
    batch.setStatus(BatchStatus.IN_PROGRESS);
    try (var log = new LogWriter(options)) {
      log.byKey(Topics.BATCHES.name(), key, batch);
      log.flush();
    }
    books.upToDate().toCompletableFuture().join();
  }

  /** Gives the record of a batch as much metadata as a record may have. */
  private void fill(RequestKey key) throws Exception {
    var batch = BatchRecord.newBuilder(batch(key)).setStatus(BatchStatus.IN_PROGRESS).build();
    try (var log = new LogWriter(options)) {
      for (var chars = Topics.MAX_RECORD_BYTES; ; chars -= 8) {
        batch.setMetadata(Map.of("k", "v".repeat(chars)));
        try {
          log.send(Topics.BATCHES.name(), key.bytes(), books.batches().encode(batch));
          break;
        } catch (ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(RecordTooLargeException.class);
        }
      }
    }
    books.upToDate().toCompletableFuture().join();
  }

  /** A result as a newer version may write it: with an end that is not known here. */
  private void answerStrangely(InferenceRequest request) {
    try (var log = new LogWriter(options)) {
      log.byKey(
          Topics.RESULTS.name(),
          new RequestKey(request.getTenant(), request.getRequestId()),
          InferenceResult.newBuilder()
              .setRequestId(request.getRequestId())
              .setTenant(request.getTenant())
              .setModel(request.getModel())
              .setStatus(ResultStatus.UNKNOWN)
              .setFinishReason("strange")
              .setText("")
              .setUsage(TokenUsage.newBuilder().setPromptTokens(2).setCompletionTokens(0).build())
              .setTimings(Timings.newBuilder().setCreatedAtMs(0).setFinishedAtMs(0).build())
              .setMetadata(request.getMetadata())
              .build());
      log.flush();
    }
  }

  private BatchWork work() {
    return work(SLICE_BYTES);
  }

  private BatchWork work(long sliceBytes) {
    return new BatchWork(
        options,
        settings,
        books,
        files,
        (tenant, key) -> tenant.equals(HELD),
        () -> new Budget(sliceBytes, Duration.ofSeconds(1)));
  }

  private void untilItWrites(BatchWork work) {
    while (true) {
      now.addAndGet(TURN_MS);
      work.turn();
    }
  }

  private void untilItCommits(BatchWork work, RequestKey key) {
    var before = batch(key);
    while (batch(key).equals(before)) {
      turn(work);
    }
  }

  private void turn(BatchWork work) {
    now.addAndGet(TURN_MS);
    work.turn();
    books.upToDate().toCompletableFuture().join();
  }

  private void until(BatchWork work, RequestKey key, BatchStatus status) {
    while (batch(key).getStatus() != status) {
      turn(work);
    }
  }

  private void untilRead(BatchWork work, RequestKey key, int lines) {
    while (batch(key).getProgress().getRequestsRead() < lines) {
      turn(work);
    }
  }

  private BatchStatus status(RequestKey key) {
    books.upToDate().toCompletableFuture().join();
    return batch(key).getStatus();
  }

  private BatchRecord batch(RequestKey key) {
    return books.batches().find(key).orElseThrow();
  }

  private static FileSpan output(BatchRecord batch) {
    return batch.getProgress().getOutput();
  }

  private static FileSpan errors(BatchRecord batch) {
    return batch.getProgress().getErrors();
  }

  private String content(String tenant, String file, FileSpan span) {
    var text = new ByteArrayOutputStream();
    try (var reader = files.read(new RequestKey(tenant, file), span)) {
      for (var chunk = reader.next(); chunk.isPresent(); chunk = reader.next()) {
        var bytes = chunk.get().getContent();
        text.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
      }
    }
    assertThat(text.size()).isEqualTo(span.getBytes());
    return text.toString(UTF_8);
  }

  /** A file and a batch of it, as a gateway would write them. */
  private RequestKey order(String content, Duration window) throws Exception {
    return order("work", content, window);
  }

  private RequestKey order(String tenant, String content, Duration window) throws Exception {
    var file = new RequestKey(tenant, "file-" + UUID.randomUUID());
    FileSpan span = null;
    var bytes = content.getBytes(UTF_8);
    try (var log = new LogWriter(options)) {
      var size = Math.max(1000, bytes.length / 100);
      for (var from = 0; from < bytes.length; from += size) {
        var part = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size));
        var sent = log.send(Topics.FILE_CHUNKS.name(), file.bytes(), files.encode(part, List.of()));
        if (span == null) {
          span = new FileSpan(sent.partition(), sent.offset(), 0L, (long) bytes.length);
        }
        span.setEndOffset(sent.offset() + 1);
      }
      var key = new RequestKey(tenant, "batch_" + UUID.randomUUID());
      var lines = content.lines().count();
      log.byKey(
          Topics.BATCHES.name(),
          key,
          BatchRecord.newBuilder()
              .setTenant(tenant)
              .setBatchId(key.requestId())
              .setEndpoint(CHAT)
              .setInputFileId(file.requestId())
              .setInput(span)
              .setLines(lines)
              .setCompletionWindow("24h")
              .setOutputKeptMs(Duration.ofDays(1).toMillis())
              .setStatus(BatchStatus.VALIDATING)
              .setTimes(
                  BatchTimes.newBuilder()
                      .setCreatedAtMs(now.get())
                      .setExpiresAtMs(now.get() + window.toMillis())
                      .build())
              .setCounts(BatchCounts.newBuilder().setTotal(lines).build())
              .setProgress(BatchProgress.newBuilder().build())
              .build());
      log.flush();
      books.upToDate().toCompletableFuture().join();
      return key;
    }
  }
}
