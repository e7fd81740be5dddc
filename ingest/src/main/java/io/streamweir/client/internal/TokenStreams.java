package io.streamweir.client.internal;

import io.streamweir.client.AlreadyFollowedException;
import io.streamweir.client.ClientOptions;
import io.streamweir.client.ClusterUnavailableException;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import java.time.Duration;
import java.util.Map;
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
        }
      };

  public TokenStreams(ClientOptions options, int partition, AvroCodec<TokenChunk> codec) {
    var topicPartition = new TopicPartition(Topics.TOKENS.name(), partition);
    this.bufferBytes = options.streamBufferBytes();
    this.live = new LiveReader(options, topicPartition, streams, codec::decode);
    this.catchUp = new CatchUpReader(options, topicPartition, live::offset, codec::decode);
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
    var stream = new FollowedStream(key, executor, bufferBytes, owner);
    if (streams.putIfAbsent(key, stream) != null) {
      throw new AlreadyFollowedException(key);
    }
    live.start();
    return stream;
  }

  public boolean follows(RequestKey key) {
    return streams.containsKey(key);
  }

  /** Stops the readers; streams that have not ended fail. */
  @Override
  public void close() {
    live.close();
    catchUp.close();
    for (var stream : streams.values()) {
      stream.fail(
          new IllegalStateException("The client was closed before " + stream.key() + " ended."));
    }
  }
}
