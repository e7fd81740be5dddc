package io.streamweir.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.schemas.ControlAction;
import io.streamweir.schemas.ControlCommand;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.SamplingParams;
import io.streamweir.schemas.Timings;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.Topics;
import io.streamweir.support.Await;
import io.streamweir.support.Chunks;
import io.streamweir.support.Cluster;
import io.streamweir.support.Collector;
import io.streamweir.support.LogReader;
import io.streamweir.support.LogWriter;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Cluster.Extension.class)
class StreamweirClientITCase {

  private final Cluster cluster;
  private final StreamweirClient client;
  private final LogWriter log;
  private final RequestKey key = new RequestKey("shop", UUID.randomUUID().toString());

  StreamweirClientITCase(Cluster cluster) {
    this.cluster = cluster;
    this.client = StreamweirClient.connect(cluster.options().withStreamBufferBytes(4096));
    this.log = new LogWriter(cluster.options());
  }

  @AfterEach
  void close() {
    client.close();
    log.close();
  }

  @Test
  void shouldPutTheReplyPartitionIntoTheRequestWhenItFollowsTheStream() throws Exception {
    client.follow(key).subscribe(Collector.eager());
    var submitted = get(client.produce(request()));

    var record =
        LogReader.at(cluster.options(), Topics.REQUESTS, submitted.partition(), submitted.offset());
    var sent = LogReader.decode(cluster.options(), Topics.REQUESTS, InferenceRequest.class, record);
    assertThat(record.key()).isEqualTo(key.bytes());
    assertThat(sent.getReplyPartition()).isEqualTo(client.replyPartition());
    assertThat(sent.getCreatedAtMs()).isEqualTo(submitted.createdAt().toEpochMilli()).isPositive();
  }

  @Test
  void shouldProduceToTheTopicOfTheLane() throws Exception {
    var request = request();
    request.setOffline(true);

    var submitted = get(client.produce(request));

    var topic = Topics.REQUESTS_OFFLINE;
    var record = LogReader.at(cluster.options(), topic, submitted.partition(), submitted.offset());
    assertThat(LogReader.decode(cluster.options(), topic, InferenceRequest.class, record))
        .extracting(InferenceRequest::getRequestId)
        .isEqualTo(request.getRequestId());
  }

  @Test
  void shouldLeaveTheReplyPartitionOpenWhenItDoesNotFollowTheStream() throws Exception {
    assertThat(get(client.produce(request())).replyPartition()).isEmpty();
  }

  @Test
  void shouldRefuseBeforeSendingWhenTheRequestIsTooLarge() {
    var huge = InferenceRequest.newBuilder(request()).setPrompt("x".repeat(10 << 20)).build();

    assertThatThrownBy(() -> get(client.produce(huge)))
        .hasCauseInstanceOf(RequestTooLargeException.class)
        .hasMessageContaining("the topic takes at most 4194304")
        .hasMessageContaining("Nothing was sent");
  }

  @Test
  void shouldRefuseARequestWhoseTenantCannotBePartOfAKey() {
    var bad = InferenceRequest.newBuilder(request()).setTenant("a/b").build();

    assertThatThrownBy(() -> client.produce(bad))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tenant is 'a/b'");
  }

  @Test
  void shouldDeliverTheWholeStreamWhenTheWriterStartsOverInTheMiddle() throws Exception {
    var collector = Collector.eager();
    client.follow(key).subscribe(collector);
    get(client.produce(request()));

    for (var index = 0; index < 20; index++) {
      write(Chunks.token(key, index).build());
    }
    for (var index = 12; index < 30; index++) {
      write(Chunks.token(key, index).setIncarnation(2).build());
    }
    write(Chunks.last(key, 30, "stop").setIncarnation(2).build());

    assertThat(collector.await().text()).isEqualTo(Chunks.text(30));
  }

  @Test
  void shouldFailTheStreamWhenTokensAreMissing() {
    var collector = Collector.eager();
    client.follow(key).subscribe(collector);
    client.ready().toCompletableFuture().join();
    write(Chunks.token(key, 0).build());
    write(Chunks.token(key, 3).build());

    assertThatThrownBy(collector::await)
        .hasCauseInstanceOf(BrokenStreamException.class)
        .hasMessageContaining("tokens 1 to 2 are missing");
  }

  @Test
  void shouldReplayAStreamOfAnotherClientFromItsStartAndThenAsItGrows() throws Exception {
    get(client.ready());
    var place = client.place();
    write(10);
    try (var other = StreamweirClient.connect(cluster.options())) {
      var tokens = other.replay(key, place, Runnable::run);
      var collector = Collector.eager();
      tokens.subscribe(collector);
      get(tokens.caughtUp());
      assertThat(collector.text()).isEqualTo(Chunks.text(10));
      assertThat(tokens.begun()).isTrue();

      write(Chunks.token(key, 10).build());
      write(Chunks.last(key, 11, "stop").build());

      assertThat(collector.await().text()).isEqualTo(Chunks.text(11));
    }
  }

  @Test
  void shouldReplayWhatTheSubscriberDoesNotHaveYet() throws Exception {
    get(client.ready());
    var place = client.place();
    write(20);
    write(Chunks.last(key, 20, "stop").build());

    var known = Chunks.text(15);
    var collector = Collector.eager();
    client.replay(key, place, 15, known.length(), 0, Runnable::run).subscribe(collector);

    assertThat(known + collector.await().text()).isEqualTo(Chunks.text(20));
  }

  @Test
  void shouldReplayToASlowSubscriberWithoutLossBeyondItsBuffer() throws Exception {
    get(client.ready());
    var place = client.place();
    write(500);
    write(Chunks.last(key, 500, "stop").build());

    var collector = Collector.patient();
    client.replay(key, place, Runnable::run).subscribe(collector);
    while (!collector.ended()) {
      collector.request(7);
    }

    assertThat(collector.await().text()).isEqualTo(Chunks.text(500));
  }

  /** Whoever reads far back is held there, as by a log that takes minutes to read. */
  @Test
  void shouldServeTheEndOfTheLogWhileAnOldStreamIsReadFromFarBehind() throws Exception {
    var records = 12_000;
    get(client.ready());
    var start = client.place();
    var oldKey = new RequestKey("shop", key.requestId() + "-old");
    write(Chunks.token(oldKey, 0).build());
    for (var filler = 0; filler < records; filler++) {
      log.raw(
          Topics.TOKENS.name(), client.replyPartition(), "shop/other".getBytes(), new byte[1000]);
    }
    write(1);
    Await.until(() -> client.place().offset() > start.offset() + records);
    var halt = new Halt();
    var old = client.replay(oldKey, start, halt);
    old.subscribe(Collector.eager());
    var forged = client.replay(new RequestKey("shop", "forged"), start, Runnable::run);
    try (halt) {
      halt.awaitReached();
      forged.subscribe(Collector.eager());
      var recentPlace = new StreamPlace(start.partition(), start.offset() + records);
      var recent = client.replay(key, recentPlace, Runnable::run);
      var collector = Collector.eager();
      recent.subscribe(collector);

      get(recent.caughtUp());
      write(Chunks.last(key, 1, "stop").build());
      collector.await();

      assertThat(forged.caughtUp().toCompletableFuture()).as("the long way").isNotDone();
    }
    get(old.caughtUp());
    get(forged.caughtUp());
    assertThat(old.begun()).isTrue();
    assertThat(forged.begun()).isFalse();
  }

  /** Holds the reader that comes with something for the subscriber, until it is told to go on. */
  private static final class Halt implements Executor, AutoCloseable {

    private final Thread test = Thread.currentThread();
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch free = new CountDownLatch(1);

    @Override
    public void execute(Runnable task) {
      if (Thread.currentThread() != test) {
        reached.countDown();
        awaitFree();
      }
      task.run();
    }

    private void awaitFree() {
      try {
        free.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    void awaitReached() throws InterruptedException {
      assertThat(reached.await(Await.TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() {
      free.countDown();
    }
  }

  @Test
  void shouldSayThatNothingHasBegunWhenTheLogHasNothing() throws Exception {
    get(client.ready());
    var tokens = client.replay(key, client.place(), Runnable::run);
    var collector = Collector.eager();
    tokens.subscribe(collector);

    get(tokens.caughtUp());

    assertThat(tokens.begun()).isFalse();
    assertThat(collector.ended()).isFalse();
  }

  @Test
  void shouldFailAReplayWhenTheLogDoesNotReachItsPlace() throws Exception {
    get(client.ready());
    var beyond = new StreamPlace(client.replyPartition(), 1L << 40);
    var collector = Collector.eager();
    client.replay(key, beyond, Runnable::run).subscribe(collector);

    assertThatThrownBy(collector::await).hasCauseInstanceOf(StreamGoneException.class);
    assertThatThrownBy(() -> client.replay(key, new StreamPlace(99, 0), Runnable::run))
        .isInstanceOf(StreamGoneException.class);
  }

  @Test
  void shouldFailTheStreamOnlyWhoseRecordCannotBeRead() throws Exception {
    var broken = Collector.eager();
    client.follow(key).subscribe(broken);
    var other = new RequestKey("shop", key.requestId() + "-other");
    var whole = Collector.eager();
    client.follow(other).subscribe(whole);
    get(client.ready());
    var topic = Topics.TOKENS.name();

    log.raw(topic, client.replyPartition(), "no-slash".getBytes(), new byte[] {9});
    log.raw(topic, client.replyPartition(), null, null);
    log.raw(topic, client.replyPartition(), key.bytes(), new byte[] {9});
    write(Chunks.token(other, 0).build());
    write(Chunks.last(other, 1, "stop").build());

    assertThat(whole.await().text()).isEqualTo("0 ");
    assertThatThrownBy(broken::await).hasMessageContaining("Confluent header");
  }

  @Test
  void shouldReadAgainFromKafkaWhenASubscriberIsSlowAndNotHoldUpItsNeighbour() throws Exception {
    var tokens = 5000;
    var slow = Collector.patient();
    client.follow(key).subscribe(slow);
    var other = new RequestKey("shop", key.requestId() + "-fast");
    var fast = Collector.eager();
    client.follow(other).subscribe(fast);
    get(client.ready());

    for (var index = 0; index < tokens; index++) {
      write(Chunks.token(key, index).build());
      write(Chunks.token(other, index).build());
    }
    write(Chunks.last(key, tokens, "stop").build());
    write(Chunks.last(other, tokens, "stop").build());
    assertThat(fast.await().chunks()).hasSize(tokens + 1);
    assertThat(slow.chunks()).as("nothing was requested").isEmpty();
    while (!slow.ended()) {
      slow.request(50);
      Thread.yield();
    }

    assertThat(slow.await().text()).isEqualTo(Chunks.text(tokens));
  }

  @Test
  void shouldRefuseToFollowAKeyTwice() {
    client.follow(key).subscribe(Collector.eager());

    assertThatThrownBy(() -> client.follow(key)).isInstanceOf(AlreadyFollowedException.class);
  }

  @Test
  void shouldLetGoOfAKeyWhenTheSubscriberCancels() {
    var collector = Collector.eager();
    client.follow(key).subscribe(collector);
    collector.cancel();

    client.follow(key).subscribe(Collector.eager());
  }

  @Test
  void shouldEndStreamsWithAnErrorWhenTheClientIsClosed() {
    var collector = Collector.eager();
    client.follow(key).subscribe(collector);
    client.close();

    assertThatThrownBy(collector::await).hasMessageContaining("client was closed");
  }

  @Test
  void shouldFindTheResultWhetherItComesBeforeOrAfterTheQuestion() throws Exception {
    var submitted = get(client.produce(request()));
    var early = client.result(submitted);
    log.byKey(Topics.RESULTS.name(), key, result());
    log.flush();

    assertThat(get(early).getText()).isEqualTo("done");
    assertThat(get(client.result(submitted)).getText()).isEqualTo("done");
    assertThat(get(client.result(key)).getText()).isEqualTo("done");
  }

  @Test
  void shouldNotTakeAnAbortedResultForTheResult() throws Exception {
    var submitted = get(client.produce(request()));
    var future = client.result(submitted).toCompletableFuture();
    log.abortedByKey(
        Topics.RESULTS.name(),
        key,
        InferenceResult.newBuilder(result()).setText("aborted").build());
    log.byKey(Topics.RESULTS.name(), key, result());

    assertThat(get(future).getText()).isEqualTo("done");
  }

  @Test
  void shouldAnswerManyWhoAwaitResults() throws Exception {
    var waiting = new CompletableFuture<?>[200];
    for (var i = 0; i < waiting.length; i++) {
      var request =
          InferenceRequest.newBuilder(request()).setRequestId(key.requestId() + i).build();
      waiting[i] = client.produce(request).thenCompose(client::result).toCompletableFuture();
    }
    for (var i = 0; i < waiting.length; i++) {
      var one = new RequestKey("shop", key.requestId() + i);
      log.byKey(
          Topics.RESULTS.name(),
          one,
          InferenceResult.newBuilder(result()).setRequestId(one.requestId()).build());
    }

    Await.result(CompletableFuture.allOf(waiting));
  }

  @Test
  void shouldWriteACancelCommandKeyedByTheRequest() throws Exception {
    get(client.cancel(key, "not needed"));

    var record = LogReader.last(cluster.options(), Topics.CONTROL, key);
    var command = LogReader.decode(cluster.options(), Topics.CONTROL, ControlCommand.class, record);
    assertThat(command.getAction()).isEqualTo(ControlAction.CANCEL);
    assertThat(command.getRequestId()).isEqualTo(key.requestId());
    assertThat(command.getReason()).isEqualTo("not needed");
  }

  @Test
  void shouldSayWhatIsWrongWhenKafkaIsNotThere() {
    var nowhere =
        ClientOptions.of("127.0.0.1:1", cluster.registryUrl())
            .withDeliveryTimeout(Duration.ofMillis(300));

    assertThatThrownBy(() -> StreamweirClient.connect(nowhere))
        .isInstanceOf(ClusterUnavailableException.class)
        .hasMessageContaining("Kafka at 127.0.0.1:1 does not answer");
  }

  @Test
  void shouldTailTheTokensOfARequestFromTheLogsStart() throws Exception {
    var partition = (client.replyPartition() + 1) % Topics.TOKENS.partitions();
    for (var index = 0; index < 5; index++) {
      log.token(partition, key, Chunks.token(key, index).build());
    }
    log.flush();

    try (var tail = TokenTail.open(cluster.options(), key)) {
      var text = new StringBuilder();
      for (var index = 0; index < 5; index++) {
        text.append(tail.next(Await.TIMEOUT).orElseThrow().getText());
      }
      assertThat(tail.next(Duration.ZERO)).isEmpty();
      assertThat(tail.finished()).isFalse();
      log.token(partition, key, Chunks.last(key, 5, "length").build());
      assertThat(tail.next(Await.TIMEOUT).orElseThrow().getFinishReason()).isEqualTo("length");
      assertThat(tail.finished()).isTrue();
      assertThat(text.toString()).isEqualTo(Chunks.text(5));
    }
  }

  /** The first so many tokens. */
  private void write(int tokens) {
    for (var index = 0; index < tokens; index++) {
      write(Chunks.token(key, index).build());
    }
    log.flush();
  }

  private void write(TokenChunk chunk) {
    var owner = new RequestKey(chunk.getTenant(), chunk.getRequestId());
    log.token(client.replyPartition(), owner, chunk);
  }

  private InferenceRequest request() {
    return InferenceRequest.newBuilder()
        .setTenant(key.tenant())
        .setRequestId(key.requestId())
        .setModel("m")
        .setPrompt("p")
        .setSampling(SamplingParams.newBuilder().build())
        .build();
  }

  private InferenceResult result() {
    return InferenceResult.newBuilder()
        .setTenant(key.tenant())
        .setRequestId(key.requestId())
        .setStatus(ResultStatus.COMPLETED)
        .setText("done")
        .setUsage(TokenUsage.newBuilder().build())
        .setTimings(Timings.newBuilder().build())
        .build();
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return Await.result(stage);
  }
}
