package io.streamweir.client;

import io.streamweir.client.internal.RecordSender;
import io.streamweir.client.internal.ResultReader;
import io.streamweir.client.internal.TokenStreams;
import io.streamweir.schemas.ControlAction;
import io.streamweir.schemas.ControlCommand;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import io.streamweir.schemas.registry.SchemaRegistry;
import io.streamweir.schemas.tokens.AnswerBuilder;
import io.streamweir.schemas.tokens.TokenSequence;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinPool;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;

/**
 * Sends requests to Streamweir and reads what comes back.
 *
 * <pre>{@code
 * try (var client = StreamweirClient.connect(ClientOptions.of("localhost:9092", registryUrl))) {
 *   var key = new RequestKey(request.getTenant(), request.getRequestId());
 *   client.follow(key).subscribe(subscriber); // before the request is sent: nothing is missed
 *   client.produce(request).thenCompose(client::result).thenAccept(System.out::println);
 * }
 * }</pre>
 *
 * <p>One client a process is enough: it is thread-safe, and it reads one partition of the tokens
 * topic for all streams that it follows. A client that follows nothing reads nothing. Stages
 * complete on threads of the library; what depends on them must not block.
 */
public final class StreamweirClient implements AutoCloseable {

  private final InstantSource clock;
  private final Duration deliveryTimeout;
  private final RecordSender sender;
  private final TokenStreams streams;
  private final ResultReader results;
  private final Map<Lane, AvroCodec<InferenceRequest>> requestCodecs = new EnumMap<>(Lane.class);
  private final AvroCodec<ControlCommand> controlCodec;
  private final int partitions;
  private final int replyPartition;

  private StreamweirClient(
      ClientOptions options, SchemaRegistry registry, RecordSender sender, InstantSource clock) {
    this.clock = clock;
    this.deliveryTimeout = options.deliveryTimeout();
    this.sender = sender;
    for (var lane : Lane.values()) {
      requestCodecs.put(
          lane, codec(registry, Topics.requests(lane).name(), InferenceRequest.class));
    }
    this.controlCodec = codec(registry, Topics.CONTROL.name(), ControlCommand.class);
    this.partitions = partitions(options, sender);
    this.replyPartition = choosePartition(options, partitions);
    this.streams =
        new TokenStreams(
            options, replyPartition, codec(registry, Topics.TOKENS.name(), TokenChunk.class));
    this.results =
        new ResultReader(options, codec(registry, Topics.RESULTS.name(), InferenceResult.class));
  }

  /**
   * Connects to Kafka and to the schema registry; blocks until both have answered.
   *
   * @throws ClusterUnavailableException if Kafka does not answer within the delivery timeout, or
   *     lacks the topics
   * @throws io.streamweir.schemas.registry.RegistryUnavailableException if the registry does not
   *     answer
   */
  public static StreamweirClient connect(ClientOptions options) {
    return connect(options, InstantSource.system());
  }

  /** As {@link #connect(ClientOptions)}, with another clock. */
  public static StreamweirClient connect(ClientOptions options, InstantSource clock) {
    var registry = SchemaRegistries.connect(options.registryUrl());
    var sender = new RecordSender(options);
    try {
      return new StreamweirClient(options, registry, sender, clock);
    } catch (RuntimeException e) {
      sender.close();
      throw e;
    }
  }

  /**
   * Sends a request. Where the request leaves them open, {@code created_at_ms} becomes now and, if
   * its stream is followed, {@code reply_partition} becomes {@link #replyPartition()}; the object
   * itself is not changed.
   *
   * @return completes when Kafka has acknowledged the request: it will reach exactly one result.
   *     Exceptionally with {@link RequestTooLargeException}, {@link ClientOverloadedException}
   *     (both before anything is sent) or {@link NotDeliveredException} (sending it again is safe).
   * @throws IllegalArgumentException if tenant and request id cannot be a key, or the stream is
   *     followed but the request asks for it on a partition that this client does not read
   */
  public CompletionStage<Submitted> produce(InferenceRequest request) {
    var key = keyOf(request);
    var followed = streams.follows(key);
    var completed = InferenceRequest.newBuilder(request);
    if (request.getCreatedAtMs() == 0) {
      completed.setCreatedAtMs(clock.millis());
    }
    if (followed) {
      completed.setReplyPartition(affinity(request));
    }
    var sent = completed.build();
    if (!followed) {
      return send(key, sent);
    }
    return streams.readyWithin(deliveryTimeout).thenCompose(positioned -> send(key, sent));
  }

  /** As {@link #follow(RequestKey, Executor)}, with the common pool as executor. */
  public Flow.Publisher<TokenChunk> follow(RequestKey key) {
    return follow(key, ForkJoinPool.commonPool());
  }

  /**
   * The tokens of a request that this client is about to send, as {@link TokenSequence} passes them
   * on: complete and in order, the last one with a finish reason. A chunk of kind RESET says that
   * everything before it is void. Of an answer to a chat, {@code deltas} tells reasoning, content
   * and tool calls apart ({@link AnswerBuilder} joins them); where they are null the text is the
   * content. The stream is registered when this method returns, so that nothing of a request
   * produced afterwards is missed.
   *
   * <p>The publisher takes one subscriber; to let go of a stream, subscribe and cancel. A slow
   * subscriber slows nobody and is dropped never: beyond {@link ClientOptions#streamBufferBytes}
   * its tokens stay in Kafka and are read again when it asks for more. The stream fails with {@link
   * BrokenStreamException} if tokens are missing, in the log or because the topic's retention was
   * faster than the subscriber.
   *
   * @param executor runs the subscriber's methods, one at a time
   * @throws AlreadyFollowedException if a request of that key is followed and has not ended
   */
  public Flow.Publisher<TokenChunk> follow(RequestKey key, Executor executor) {
    return streams.follow(key, executor);
  }

  /** As below, for a subscriber that has nothing of the stream yet. */
  public RecordedTokens replay(RequestKey key, StreamPlace place, Executor executor) {
    return replay(key, place, 0, 0, 0, executor);
  }

  /**
   * The tokens of a request that was sent before, by this client or another: what the log has of
   * them, then what comes, as {@link #follow(RequestKey, Executor)} tells it. Any number of readers
   * may replay the same request. A stream of which the log has nothing yet is waited for.
   *
   * @param place where the log has the stream
   * @param knownTokens tokens that the subscriber has already and does not get again
   * @param knownCharacters Unicode code points of text that it has already
   * @param knownDeltas size of the deltas that it has already, as {@code delta_offset} counts
   * @param executor runs the subscriber's methods, one at a time
   * @throws StreamGoneException if the topic has no such partition
   */
  public RecordedTokens replay(
      RequestKey key,
      StreamPlace place,
      int knownTokens,
      int knownCharacters,
      int knownDeltas,
      Executor executor) {
    if (place.partition() < 0 || place.partition() >= partitions) {
      throw new StreamGoneException(
          Topics.TOKENS.name() + " has no partition " + place.partition() + ".", null);
    }
    return streams.replay(
        key, place, new TokenSequence(knownTokens, knownCharacters, knownDeltas), executor);
  }

  /**
   * Where the log will hold the stream of a request that is produced from now on and asks for this
   * client's partition. To be called when {@link #ready} has completed.
   */
  public StreamPlace place() {
    return new StreamPlace(replyPartition, streams.here());
  }

  /**
   * The result of a request, whoever sent it and whenever; reads the topic of results from its
   * start, so prefer {@link #result(Submitted)}.
   *
   * @return completes when the result is committed; a request that never was completes never, so
   *     put a timeout on it
   */
  public CompletionStage<InferenceResult> result(RequestKey key) {
    return results.await(key, Instant.MIN);
  }

  /**
   * The result of a request sent by {@link #produce}: exactly one, read committed. Completes never
   * if the request was the duplicate of an earlier one, whose result stays the only one.
   */
  public CompletionStage<InferenceResult> result(Submitted submitted) {
    return results.await(submitted.key(), submitted.createdAt());
  }

  /**
   * Asks to end a request, whether it was sent, runs or is yet to come; one that has ended is left
   * as it is.
   *
   * @param reason for the message of the result
   * @return completes when Kafka has acknowledged the command
   */
  public CompletionStage<Void> cancel(RequestKey key, String reason) {
    var command =
        ControlCommand.newBuilder()
            .setTenant(key.tenant())
            .setRequestId(key.requestId())
            .setAction(ControlAction.CANCEL)
            .setReason(reason)
            .setIssuedAtMs(clock.millis())
            .build();
    return sender
        .send(Topics.CONTROL.name(), key, controlCodec.encode(command))
        .thenApply(metadata -> null);
  }

  /** The partition of the tokens topic that this client reads. */
  public int replyPartition() {
    return replyPartition;
  }

  /** Starts to read tokens, and completes when the reader stands at the end of its partition. */
  public CompletionStage<Void> ready() {
    return streams.ready();
  }

  /** Ends all streams with an error, and waits a few seconds for what was sent. */
  @Override
  public void close() {
    streams.close();
    results.close();
    sender.close();
  }

  private CompletableFuture<Submitted> send(RequestKey key, InferenceRequest request) {
    var lane = request.getOffline() ? Lane.OFFLINE : Lane.ONLINE;
    return sender
        .send(Topics.requests(lane).name(), key, requestCodecs.get(lane).encode(request))
        .thenApply(metadata -> submitted(key, request, metadata));
  }

  private static Submitted submitted(
      RequestKey key, InferenceRequest request, RecordMetadata metadata) {
    var reply = request.getReplyPartition();
    return new Submitted(
        key,
        metadata.partition(),
        metadata.offset(),
        Instant.ofEpochMilli(request.getCreatedAtMs()),
        reply == null ? OptionalInt.empty() : OptionalInt.of(reply));
  }

  private int affinity(InferenceRequest request) {
    var asked = request.getReplyPartition();
    if (asked != null && asked != replyPartition) {
      throw new IllegalArgumentException(
          "Request "
              + request.getRequestId()
              + " asks for its tokens on partition "
              + asked
              + ", but this client follows it and reads partition "
              + replyPartition
              + ". Leave reply_partition out, or do not follow the request here.");
    }
    return replyPartition;
  }

  private static RequestKey keyOf(InferenceRequest request) {
    var tenant = request.getTenant();
    var id = request.getRequestId();
    if (tenant.isEmpty() || tenant.indexOf('/') >= 0 || id.isEmpty()) {
      throw new IllegalArgumentException(
          "tenant is '"
              + tenant
              + "' and request_id is '"
              + id
              + "', but both must be given and the tenant must have no slash");
    }
    return new RequestKey(tenant, id);
  }

  /** Asks the registry now, so that no later call blocks on it. */
  private static <T extends SpecificRecord> AvroCodec<T> codec(
      SchemaRegistry registry, String topic, Class<T> type) {
    return new AvroCodec<>(registry, Topics.subjectOf(topic), type).prepared();
  }

  private static int partitions(ClientOptions options, RecordSender sender) {
    try {
      for (var lane : Lane.values()) {
        sender.partitions(Topics.requests(lane).name());
      }
      sender.partitions(Topics.CONTROL.name());
      return sender.partitions(Topics.TOKENS.name());
    } catch (KafkaException e) {
      throw new ClusterUnavailableException(
          "Kafka at "
              + options.bootstrapServers()
              + " does not answer or lacks the topics "
              + Topics.REQUESTS.name()
              + ", "
              + Topics.REQUESTS_OFFLINE.name()
              + ", "
              + Topics.CONTROL.name()
              + " and "
              + Topics.TOKENS.name()
              + ": "
              + e.getMessage()
              + ". Check kafka.bootstrap.servers, and create the topics with TopicProvisioner.",
          e);
    }
  }

  private static int choosePartition(ClientOptions options, int partitions) {
    var chosen =
        options
            .replyPartition()
            .orElseGet(() -> Math.floorMod(options.clientId().hashCode(), partitions));
    if (chosen < 0 || chosen >= partitions) {
      throw new IllegalArgumentException(
          "replyPartition is "
              + chosen
              + ", but "
              + Topics.TOKENS.name()
              + " has partitions 0 to "
              + (partitions - 1));
    }
    return chosen;
  }
}
