package io.streamweir.client.internal;

import io.streamweir.client.BrokenStreamException;
import io.streamweir.client.RecordedTokens;
import io.streamweir.client.StreamGoneException;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.codec.UndecodableRecordException;
import io.streamweir.schemas.tokens.BrokenSequenceException;
import io.streamweir.schemas.tokens.TokenSequence;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One followed request: between the thread that reads the log and the executor of the subscriber.
 *
 * <p>The reading thread never waits for a subscriber, and a subscriber never costs more memory than
 * its buffer: when that is full the stream lets the log run past, remembers the offset, and is read
 * from Kafka again ({@link CatchUpReader}) once the subscriber has taken what was buffered and asks
 * for more. So a stream is fed by one reader at a time, or by nobody; records that another one
 * offers are ignored, and none is taken twice because the offset only grows.
 *
 * <p>A stream that is read from where it began, on whatever partition, is never fed by the live
 * reader; at the end of the log the catch-up reader stays with it.
 */
final class FollowedStream implements RecordedTokens {

  /** Who reads the log for the stream. */
  enum Feed {
    LIVE,
    /** Nobody, and nobody was asked to. */
    NONE,
    /** Nobody yet: a reader was asked, and is somewhere else in the log. */
    REQUESTED,
    CATCH_UP,
    HISTORY
  }

  /** The table that the stream stands in. Called without the stream's lock. */
  interface Owner {

    /** The stream wants to be fed by the catch-up reader from its next offset. */
    void lagging(FollowedStream stream);

    /** The stream needs nothing any more. */
    void closed(FollowedStream stream);
  }

  private static final Logger LOG = LoggerFactory.getLogger(FollowedStream.class);

  private static final long NO_END = -1;

  private final RequestKey key;
  private final TopicPartition partition;
  private final Executor executor;
  private final Owner owner;
  private final ChunkBuffer buffer;
  private final TokenSequence sequence;
  private final boolean recorded;
  private final CompletableFuture<Void> caughtUp = new CompletableFuture<>();
  private final AtomicInteger drains = new AtomicInteger();

  // Guarded by this.
  private Flow.Subscriber<? super TokenChunk> subscriber;
  private boolean subscribed;
  private Feed feed;
  private long nextOffset;
  private long end = NO_END;
  private boolean atEnd;
  private boolean taken;
  private boolean headLost;
  private long demand;
  private Throwable failure;
  private boolean closed;

  private FollowedStream(
      RequestKey key,
      TopicPartition partition,
      TokenSequence sequence,
      boolean recorded,
      Executor executor,
      int bufferBytes,
      Owner owner) {
    this.key = key;
    this.partition = partition;
    this.sequence = sequence;
    this.recorded = recorded;
    this.executor = executor;
    this.owner = owner;
    this.buffer = new ChunkBuffer(bufferBytes);
    this.feed = recorded ? Feed.NONE : Feed.LIVE;
  }

  /** The stream of a request that is yet to be sent. */
  static FollowedStream live(
      RequestKey key, TopicPartition partition, Executor executor, int bufferBytes, Owner owner) {
    return new FollowedStream(
        key, partition, new TokenSequence(), false, executor, bufferBytes, owner);
  }

  /**
   * The stream of a request that was sent before.
   *
   * @param offset nothing of the stream lies before it
   * @param sequence knows what the subscriber has of it already
   */
  static FollowedStream recorded(
      RequestKey key,
      TopicPartition partition,
      long offset,
      TokenSequence sequence,
      Executor executor,
      int bufferBytes,
      Owner owner) {
    var stream = new FollowedStream(key, partition, sequence, true, executor, bufferBytes, owner);
    stream.nextOffset = offset;
    return stream;
  }

  RequestKey key() {
    return key;
  }

  TopicPartition partition() {
    return partition;
  }

  @Override
  public CompletionStage<Void> caughtUp() {
    return caughtUp.minimalCompletionStage();
  }

  @Override
  public synchronized boolean begun() {
    return taken;
  }

  synchronized long nextOffset() {
    return nextOffset;
  }

  /**
   * Offers a record of the stream's key, in log order.
   *
   * @return whether the stream still wants to be fed by this reader
   */
  boolean offer(Feed from, long offset, byte[] value, Function<byte[], TokenChunk> decoder) {
    synchronized (this) {
      if (closed || feed != from) {
        return false;
      }
      if (offset < nextOffset || complete()) {
        return true;
      }
      if (buffer.full()) {
        feed = Feed.NONE;
        nextOffset = offset;
        return false;
      }
      try {
        sequence.accept(decoder.apply(value)).ifPresent(buffer::add);
      } catch (BrokenSequenceException e) {
        failure = new BrokenStreamException(e);
      } catch (UndecodableRecordException e) {
        failure = e;
      }
      taken = true;
      nextOffset = offset + 1;
    }
    drainSoon();
    return true;
  }

  /**
   * Lets a reader that was asked to feed the stream do so.
   *
   * @return where it has to begin
   */
  synchronized long admitTo(Feed reader) {
    if (feed == Feed.REQUESTED) {
      feed = reader;
    }
    return nextOffset;
  }

  /**
   * A reader leaves the stream to another one.
   *
   * @param offset every record below it was offered
   * @return false if the reader has not fed the stream, so that it is not its to give
   */
  synchronized boolean leave(Feed reader, long offset) {
    if (feed != reader) {
      return false;
    }
    feed = Feed.REQUESTED;
    nextOffset = Math.max(nextOffset, offset);
    return true;
  }

  /** Whether the subscriber has gone or has had the end. */
  synchronized boolean isClosed() {
    return closed;
  }

  /** Whether the reader has to find out where the log ends now. */
  synchronized boolean wantsEnd() {
    return recorded && end == NO_END;
  }

  /**
   * @param offset at which the log ends now
   * @return false if the log does not reach to where the stream is said to begin
   */
  boolean end(long offset) {
    synchronized (this) {
      end = offset;
      if (nextOffset <= offset) {
        return true;
      }
    }
    fail(
        new StreamGoneException(
            partition + " does not reach to where the stream of " + key + " is said to begin.",
            null));
    return false;
  }

  /**
   * Goes on where the log begins, if that can lose nothing that is not noticed.
   *
   * @return false if the stream has taken something already
   */
  synchronized boolean skipTo(long first) {
    if (!recorded || taken) {
      return false;
    }
    headLost = true;
    nextOffset = first;
    return true;
  }

  /**
   * Hands the stream back to the live reader if that one has nothing left to tell it.
   *
   * @param reader who asks
   * @param caughtUpTo every record below this offset was offered by that reader
   * @param live gives the offset that the live reader handles now, or has handled last
   * @return whether the reader must go on with it
   */
  boolean staysIn(Feed reader, long caughtUpTo, LongSupplier live) {
    if (recorded) {
      return staysRecorded(reader, caughtUpTo);
    }
    synchronized (this) {
      return staysBehind(reader, caughtUpTo, live);
    }
  }

  private boolean staysRecorded(Feed reader, long caughtUpTo) {
    synchronized (this) {
      if (closed || feed != reader || complete()) {
        return false;
      }
      if (atEnd || caughtUpTo < end) {
        return true;
      }
      atEnd = true;
      if (headLost && !taken) {
        failure =
            new StreamGoneException(
                "The stream of " + key + " is gone by the retention of the tokens topic.", null);
      }
    }
    drainSoon();
    return true;
  }

  private boolean staysBehind(Feed reader, long caughtUpTo, LongSupplier live) {
    if (closed || feed != reader) {
      return false;
    }
    // The live reader publishes an offset before it offers the record. Asked under this lock, every
    // record beyond that offset will find the stream live again, and those up to it were taken.
    if (caughtUpTo > live.getAsLong()) {
      feed = Feed.LIVE;
      return false;
    }
    return true;
  }

  /** Ends the stream with an error, after what is buffered. */
  void fail(Throwable cause) {
    synchronized (this) {
      if (failure == null && !complete()) {
        failure = cause;
      }
    }
    drainSoon();
  }

  @Override
  public void subscribe(Flow.Subscriber<? super TokenChunk> next) {
    Objects.requireNonNull(next, "subscriber is null");
    synchronized (this) {
      if (subscribed) {
        refuse(next);
        return;
      }
      subscribed = true;
    }
    next.onSubscribe(new Demand());
    synchronized (this) {
      subscriber = next;
    }
    drainSoon();
  }

  private void refuse(Flow.Subscriber<? super TokenChunk> next) {
    next.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long n) {}

          @Override
          public void cancel() {}
        });
    next.onError(
        new IllegalStateException(
            "The stream of " + key + " has a subscriber already; a stream takes one."));
  }

  private boolean complete() {
    return sequence.finished() || failure != null;
  }

  private void close() {
    synchronized (this) {
      closed = true;
      subscriber = null;
      buffer.clear();
    }
    owner.closed(this);
    caughtUp.completeExceptionally(
        new CancellationException("The stream of " + key + " has no subscriber any more."));
  }

  private void drainSoon() {
    if (drains.getAndIncrement() != 0) {
      return;
    }
    try {
      executor.execute(this::drain);
    } catch (RejectedExecutionException e) {
      LOG.warn("The executor of the subscriber to {} is closed; the stream is dropped", key, e);
      close();
    }
  }

  private void drain() {
    var seen = 1;
    do {
      var goesOn = true;
      while (goesOn) {
        goesOn = signal();
      }
      seen = drains.addAndGet(-seen);
    } while (seen != 0);
  }

  /** Sends the subscriber one signal; returns whether there may be another. */
  private boolean signal() {
    Flow.Subscriber<? super TokenChunk> target;
    TokenChunk next = null;
    var lags = false;
    var tellCaughtUp = false;
    synchronized (this) {
      target = subscriber;
      if (target == null || closed) {
        return false;
      }
      if (!buffer.isEmpty()) {
        if (demand == 0) {
          return false;
        }
        demand = demand == Long.MAX_VALUE ? demand : demand - 1;
        next = buffer.poll();
      } else if (atEnd && !caughtUp.isDone()) {
        tellCaughtUp = true;
      } else if (!complete()) {
        lags = feed == Feed.NONE && demand > 0;
        if (!lags) {
          return false;
        }
        feed = Feed.REQUESTED;
      }
    }
    if (tellCaughtUp) {
      caughtUp.complete(null);
      return true;
    }
    if (lags) {
      owner.lagging(this);
      return false;
    }
    return next == null ? end(target) : deliver(target, next);
  }

  private boolean deliver(Flow.Subscriber<? super TokenChunk> target, TokenChunk chunk) {
    try {
      target.onNext(chunk);
      return true;
    } catch (RuntimeException e) {
      LOG.error("The subscriber to {} failed; the stream is dropped", key, e);
      close();
      return false;
    }
  }

  private boolean end(Flow.Subscriber<? super TokenChunk> target) {
    Throwable cause;
    synchronized (this) {
      cause = failure;
    }
    if (cause == null) {
      caughtUp.complete(null);
      close();
      target.onComplete();
    } else {
      caughtUp.completeExceptionally(cause);
      close();
      target.onError(cause);
    }
    return false;
  }

  private final class Demand implements Flow.Subscription {

    @Override
    public void request(long n) {
      if (n <= 0) {
        fail(new IllegalArgumentException("request(" + n + ") of " + key + ": must be positive"));
        return;
      }
      synchronized (FollowedStream.this) {
        demand = demand > Long.MAX_VALUE - n ? Long.MAX_VALUE : demand + n;
      }
      drainSoon();
    }

    @Override
    public void cancel() {
      close();
    }
  }
}
