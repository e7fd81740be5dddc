package io.streamweir.client.internal;

import io.streamweir.client.AlreadyFollowedException;
import io.streamweir.client.ClientOptions;
import io.streamweir.client.ClusterUnavailableException;
import io.streamweir.client.RecordedTokens;
import io.streamweir.client.StreamPlace;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.tokens.TokenSequence;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/**
 * All streams that a client follows, fed by one consumer on the partition of the tokens topic that
 * the client owns, and by a second one while some of them lag. Thread-safe.
 */
public final class TokenStreams implements AutoCloseable {

  private final Map<RequestKey, FollowedStream> streams = new ConcurrentHashMap<>();
  private final Set<FollowedStream> recorded = ConcurrentHashMap.newKeySet();
  private final TopicPartition partition;
  private final int bufferBytes;
  private final LiveReader live;
  private final CatchUpReader catchUp;

  private final FollowedStream.Owner owner =
      new FollowedStream.Owner() {
        @Override
        public void lagging(FollowedStream stream) {
          catchUp.join(stream);
        }

        @Override
        public void closed(FollowedStream stream) {
          streams.remove(stream.key(), stream);
          recorded.remove(stream);
        }
      };

  public TokenStreams(ClientOptions options, int partition, AvroCodec<TokenChunk> codec) {
    this.partition = new TopicPartition(Topics.TOKENS.name(), partition);
    this.bufferBytes = options.streamBufferBytes();
    this.live = new LiveReader(options, this.partition, streams, codec::decode);
    this.catchUp = new CatchUpReader(options, live::offset, codec::decode);
  }

  /** Starts the reader if it does not run; completes once it would miss nothing written later. */
  public CompletionStage<Void> ready() {
    return live.start();
  }

  /**
   * As {@link #ready}, but gives up.
   *
   * @return exceptionally with {@link ClusterUnavailableException} if the reader does not get there
   *     in time
   */
  public CompletableFuture<Void> readyWithin(Duration timeout) {
    var ready = live.start();
    if (ready.isDone()) {
      return ready;
    }
    return ready
        .copy()
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    new ClusterUnavailableException(
                        "The end of the tokens topic could not be found within "
                            + timeout
                            + "; Kafka does not answer. Nothing was sent.",
                        failure)));
  }

  /**
   * Registers a stream; from now on its records are kept for the subscriber.
   *
   * @param executor runs the subscriber's methods, one at a time
   * @throws AlreadyFollowedException if the key has a stream
   */
  public Flow.Publisher<TokenChunk> follow(RequestKey key, Executor executor) {
    var stream = FollowedStream.live(key, partition, executor, bufferBytes, owner);
    if (streams.putIfAbsent(key, stream) != null) {
      throw new AlreadyFollowedException(key);
    }
    live.start();
    return stream;
  }

  /**
   * The stream of a request that was sent before; the same request may be read any number of times.
   */
  public RecordedTokens replay(
      RequestKey key, StreamPlace place, TokenSequence known, Executor executor) {
    var from = new TopicPartition(partition.topic(), place.partition());
    var stream =
        FollowedStream.recorded(key, from, place.offset(), known, executor, bufferBytes, owner);
    recorded.add(stream);
    return stream;
  }

  /**
   * Offset on the client's partition below which lies nothing of a request that is yet to be sent.
   */
  public long here() {
    return live.offset() + 1;
  }

  public boolean follows(RequestKey key) {
    return streams.containsKey(key);
  }

  /** Stops the readers; streams that have not ended fail. */
  @Override
  public void close() {
    live.close();
    catchUp.close();
    streams.values().forEach(TokenStreams::failClosed);
    recorded.forEach(TokenStreams::failClosed);
  }

  private static void failClosed(FollowedStream stream) {
    stream.fail(
        new IllegalStateException("The client was closed before " + stream.key() + " ended."));
  }
}
