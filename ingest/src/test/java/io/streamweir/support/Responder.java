package io.streamweir.support;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.internal.ConsumerLoop;
import io.streamweir.client.internal.KafkaClients;
import io.streamweir.client.internal.RecordKeys;
import io.streamweir.schemas.BatchLine;
import io.streamweir.schemas.ControlCommand;
import io.streamweir.schemas.ErrorInfo;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.Timings;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Answers requests on the token log as the jobs would. The model's name says how:
 *
 * <ul>
 *   <li>{@code counting}: as many tokens as asked for, then the end;
 *   <li>{@code rejected}: an error before any token;
 *   <li>{@code limited}: an error before any token, with a time after which to try again;
 *   <li>{@code failing}: three tokens, then an error;
 *   <li>{@code broken}: three tokens, a gap, more tokens;
 *   <li>{@code restarting}: three tokens, a reset, and the whole answer;
 *   <li>{@code saying}: as {@code counting}, but taken apart, all of it content;
 *   <li>{@code calling}: reasoning, content and two tool calls, see {@link Chunks#calling};
 *   <li>{@code pondering}: reasoning, and nothing more;
 *   <li>{@code endless}: three tokens, and the rest when the test says so;
 *   <li>{@code silent}: nothing.
 * </ul>
 *
 * <p>A line of a batch is answered by its result: {@code counting} completes, {@code rejected}
 * fails, {@code endless} waits for the cancel of its batch, {@code silent} says nothing.
 */
public final class Responder implements AutoCloseable, ConsumerLoop.Work {

  private static final int DEFAULT_TOKENS = 5;
  private static final int BEGINNING = 3;

  /** How long every step of the engine takes, microseconds. */
  private static final long STEP_US = 1000;

  private final LogWriter log;
  private final AvroCodec<InferenceRequest> requests;
  private final AvroCodec<ControlCommand> commands;
  private final ConsumerLoop loop;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final Map<RequestKey, InferenceRequest> seen = new ConcurrentHashMap<>();
  private final Set<RequestKey> handed = ConcurrentHashMap.newKeySet();
  private final Map<String, Integer> copies = new ConcurrentHashMap<>();
  private final BlockingQueue<InferenceRequest> arrivals = new LinkedBlockingQueue<>();
  private final BlockingQueue<ControlCommand> cancels = new LinkedBlockingQueue<>();

  public Responder(ClientOptions options) {
    this.log = new LogWriter(options);
    var registry = SchemaRegistries.connect(options.registryUrl());
    this.requests = new AvroCodec<>(registry, Topics.REQUESTS.subject(), InferenceRequest.class);
    this.commands = new AvroCodec<>(registry, Topics.CONTROL.subject(), ControlCommand.class);
    this.loop =
        new ConsumerLoop(
            "responder",
            () -> KafkaClients.consumer(options, "responder", IsolationLevel.READ_COMMITTED),
            this);
    loop.start();
    ready.join();
  }

  /** The request of an id; waits until it has arrived and its first tokens are on their way. */
  public InferenceRequest request(String requestId) throws InterruptedException {
    var deadline = System.nanoTime() + Await.TIMEOUT.toNanos();
    while (System.nanoTime() < deadline) {
      for (var request : seen.values()) {
        if (request.getRequestId().equals(requestId)) {
          return request;
        }
      }
      arrivals.poll(100, TimeUnit.MILLISECONDS);
    }
    throw new AssertionError("No request " + requestId + " within " + Await.TIMEOUT);
  }

  /** The next request of that kind, each once; waits until it has arrived. */
  public InferenceRequest arrival(Predicate<InferenceRequest> wanted) throws InterruptedException {
    var deadline = System.nanoTime() + Await.TIMEOUT.toNanos();
    while (System.nanoTime() < deadline) {
      for (var request : seen.values()) {
        if (wanted.test(request) && handed.add(keyOf(request))) {
          return request;
        }
      }
      arrivals.poll(100, TimeUnit.MILLISECONDS);
    }
    throw new AssertionError("No such request within " + Await.TIMEOUT);
  }

  /** The cancel command of a request; waits until it arrives. */
  public ControlCommand cancel(String requestId) throws InterruptedException {
    var deadline = System.nanoTime() + Await.TIMEOUT.toNanos();
    var others = new ArrayList<ControlCommand>();
    try {
      while (System.nanoTime() < deadline) {
        var command = cancels.poll(100, TimeUnit.MILLISECONDS);
        if (command != null && command.getRequestId().equals(requestId)) {
          return command;
        }
        if (command != null) {
          others.add(command);
        }
      }
    } finally {
      cancels.addAll(others);
    }
    throw new AssertionError("No cancel of " + requestId + " within " + Await.TIMEOUT);
  }

  /** How often a request has been sent. */
  public int copies(String requestId) {
    return copies.getOrDefault(requestId, 0);
  }

  /** Cancels that have arrived and that nobody has asked for. */
  public List<ControlCommand> cancels() {
    return new ArrayList<>(cancels);
  }

  /** Writes a result of a line, whether it has one or not. */
  public void answerAgain(String requestId) throws InterruptedException {
    result(request(requestId), ResultStatus.COMPLETED, null);
  }

  /** Writes the rest of an endless answer. */
  public void complete(InferenceRequest request, int tokens) {
    write(request, BEGINNING, tokens);
    last(request, tokens, "stop");
  }

  /** Ends an endless answer in another way. */
  public void end(InferenceRequest request, String finishReason) {
    last(request, BEGINNING, finishReason);
  }

  @Override
  public void open(Consumer<byte[], byte[]> consumer) {
    var partitions = new ArrayList<TopicPartition>();
    for (var topic : List.of(Topics.REQUESTS, Topics.REQUESTS_OFFLINE, Topics.CONTROL)) {
      for (var info : consumer.partitionsFor(topic.name())) {
        partitions.add(new TopicPartition(topic.name(), info.partition()));
      }
    }
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    ready.complete(null);
  }

  @Override
  public void turn(Consumer<byte[], byte[]> consumer) {
    for (var record : consumer.poll(Duration.ofSeconds(1))) {
      if (record.topic().equals(Topics.CONTROL.name())) {
        var command = commands.decode(record.value());
        cancels.add(command);
        seen.values().stream()
            .filter(request -> request.getModel().equals("endless") && isOf(request, command))
            .forEach(request -> result(request, ResultStatus.CANCELLED, null));
      } else {
        take(RecordKeys.of(record), requests.decode(record.value()));
      }
    }
  }

  /** A second copy is dropped, as the router does. */
  private void take(RequestKey key, InferenceRequest request) {
    copies.merge(key.requestId(), 1, Integer::sum);
    if (!seen.containsKey(key)) {
      if (request.getReplyPartition() != null) {
        answer(request);
      } else if (BatchLine.parse(request.getRequestId()).isPresent()) {
        answerLine(request);
      }
      seen.put(key, request);
      arrivals.add(request);
    }
  }

  @Override
  public void close() {
    loop.close();
    log.close();
  }

  private void answer(InferenceRequest request) {
    if (request.getCountOnly()) {
      last(request, 0, "stop");
      return;
    }
    var asked = request.getSampling().getMaxTokens();
    var tokens = asked == null ? DEFAULT_TOKENS : asked;
    switch (request.getModel()) {
      case "counting" -> {
        write(request, 0, tokens);
        last(request, tokens, asked == null ? "stop" : "length");
      }
      case "rejected" ->
          error(
              request, 0, new ErrorInfo("model_not_found", 404, "No deployment serves it.", null));
      case "limited" ->
          error(request, 0, new ErrorInfo("rate_limit_exceeded", 429, "Too many.", 17_500L));
      case "failing" -> {
        write(request, 0, BEGINNING);
        error(request, BEGINNING, new ErrorInfo("engine_error", 500, "The engine failed.", null));
      }
      case "broken" -> {
        write(request, 0, BEGINNING);
        write(request, BEGINNING + 2, BEGINNING + 4);
      }
      case "restarting" -> {
        write(request, 0, BEGINNING);
        write(request, Chunks.reset(keyOf(request)).build());
        write(request, 0, tokens);
        last(request, tokens, "stop");
      }
      case "saying" ->
          Chunks.saying(keyOf(request), tokens).forEach(chunk -> write(request, chunk));
      case "calling" -> Chunks.calling(keyOf(request)).forEach(chunk -> write(request, chunk));
      case "pondering" ->
          Chunks.calling(keyOf(request)).stream().limit(2).forEach(chunk -> write(request, chunk));
      case "endless" -> write(request, 0, BEGINNING);
      case "silent" -> {}
      default -> throw new IllegalArgumentException("No behaviour " + request.getModel());
    }
  }

  private void answerLine(InferenceRequest request) {
    switch (request.getModel()) {
      case "counting" -> result(request, ResultStatus.COMPLETED, null);
      case "rejected" ->
          result(
              request,
              ResultStatus.ERROR,
              new ErrorInfo("model_not_found", 404, "No deployment serves it.", null));
      default -> {}
    }
  }

  private static boolean isOf(InferenceRequest request, ControlCommand command) {
    return BatchLine.parse(request.getRequestId())
        .filter(line -> line.batchId().equals(command.getRequestId()))
        .isPresent();
  }

  /** The result of a request as a replica would write it. */
  private void result(InferenceRequest request, ResultStatus status, ErrorInfo error) {
    var asked = request.getSampling().getMaxTokens();
    var tokens = asked == null ? DEFAULT_TOKENS : asked;
    var completed = status == ResultStatus.COMPLETED;
    log.byKey(
        Topics.RESULTS.name(),
        keyOf(request),
        InferenceResult.newBuilder()
            .setRequestId(request.getRequestId())
            .setTenant(request.getTenant())
            .setModel(request.getModel())
            .setStatus(status)
            .setFinishReason(completed ? "stop" : status.name().toLowerCase(Locale.ROOT))
            .setText(completed ? Chunks.text(tokens) : "")
            .setUsage(
                TokenUsage.newBuilder()
                    .setPromptTokens(2)
                    .setCompletionTokens(completed ? tokens : 0)
                    .build())
            .setError(error)
            .setTimings(
                Timings.newBuilder()
                    .setCreatedAtMs(request.getCreatedAtMs())
                    .setFinishedAtMs(System.currentTimeMillis())
                    .build())
            .setMetadata(request.getMetadata())
            .build());
  }

  private void write(InferenceRequest request, int from, int to) {
    for (var index = from; index < to; index++) {
      write(
          request,
          Chunks.token(keyOf(request), index)
              .setEngineSubmittedAtUs(STEP_US)
              .setEngineEmittedAtUs(STEP_US * (index + 2))
              .build());
    }
  }

  private void last(InferenceRequest request, int tokens, String finishReason) {
    write(request, Chunks.last(keyOf(request), tokens, finishReason).build());
  }

  private void error(InferenceRequest request, int tokens, ErrorInfo error) {
    write(request, Chunks.last(keyOf(request), tokens, "error").setError(error).build());
  }

  private void write(InferenceRequest request, TokenChunk chunk) {
    log.token(request.getReplyPartition(), keyOf(request), chunk);
  }

  private static RequestKey keyOf(InferenceRequest request) {
    return new RequestKey(request.getTenant(), request.getRequestId());
  }
}
