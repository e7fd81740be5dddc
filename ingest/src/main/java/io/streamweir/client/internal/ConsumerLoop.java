package io.streamweir.client.internal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that owns a Kafka consumer. A failure closes the consumer, and after a pause the work
 * goes on with a fresh one from the positions that it remembers: no follower of a stream notices a
 * broker that restarts.
 */
public final class ConsumerLoop implements AutoCloseable {

  /** What the thread does. Called on that thread only. */
  public interface Work {

    /** Assigns and positions a fresh consumer. */
    void open(Consumer<byte[], byte[]> consumer);

    /** One round: polls and handles what came. Returns early after a wake-up. */
    void turn(Consumer<byte[], byte[]> consumer);
  }

  private static final Logger LOG = LoggerFactory.getLogger(ConsumerLoop.class);
  private static final long FIRST_PAUSE_MS = 50;
  private static final long LONGEST_PAUSE_MS = 5000;

  /** Who has worked for so long is well again; one good turn proves nothing. */
  private static final Duration RECOVERED = Duration.ofSeconds(30);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final String name;
  private final Supplier<Consumer<byte[], byte[]>> factory;
  private final Work work;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Consumer<byte[], byte[]> current;
  private long pauseMs = FIRST_PAUSE_MS;

  /**
   * @param name of the thread, and in the log
   */
  public ConsumerLoop(String name, Supplier<Consumer<byte[], byte[]>> factory, Work work) {
    this.name = name;
    this.factory = factory;
    this.work = work;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  public ConsumerLoop start() {
    thread.start();
    return this;
  }

  /** Ends a poll in progress, so that the work sees what has changed. Any thread. */
  public void wakeup() {
    var consumer = current;
    if (consumer != null) {
      consumer.wakeup();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    wakeup();
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private void run() {
    while (!isClosed()) {
      var since = System.nanoTime();
      try (var consumer = factory.get()) {
        current = consumer;
        work.open(consumer);
        while (!isClosed()) {
          turn(consumer);
        }
      } catch (WakeupException e) {
        LOG.debug("{} was woken while it opened", name);
      } catch (RuntimeException e) {
        if (System.nanoTime() - since > RECOVERED.toNanos()) {
          pauseMs = FIRST_PAUSE_MS;
        }
        LOG.warn("{} failed and starts again in {} ms", name, pauseMs, e);
        pause();
      }
    }
  }

  private void turn(Consumer<byte[], byte[]> consumer) {
    try {
      work.turn(consumer);
    } catch (WakeupException e) {
      LOG.trace("{} was woken", name);
    }
  }

  private void pause() {
    try {
      if (!closed.await(pauseMs, TimeUnit.MILLISECONDS)) {
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
    } catch (InterruptedException e) {
      closed.countDown();
    }
  }
}
