package io.streamweir.router.journal;

import io.streamweir.flink.LogClients;
import io.streamweir.schemas.dispatch.RouterIncarnation;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that a later run of the router has taken the dispatch topics over. From then on every
 * reader ignores what this run dispatches, so it must end instead of going on for nobody.
 *
 * <p>A run writes its marker to every partition, so one partition is read, on a thread of its own.
 */
final class FenceWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FenceWatch.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final long CLOSE_MILLIS = 5_000;

  private final String bootstrapServers;
  private final long incarnation;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile Map<TopicPartition, Long> positions = Map.of();
  private volatile long successor;
  private volatile KafkaConsumer<byte[], byte[]> consumer;
  private TopicPartition watched;
  private long position;

  /**
   * @param incarnation of this run
   */
  FenceWatch(String bootstrapServers, long incarnation) {
    this.bootstrapServers = bootstrapServers;
    this.incarnation = incarnation;
    this.thread = new Thread(this::run, "weir-router-fence");
    thread.setDaemon(true);
  }

  FenceWatch start() {
    thread.start();
    return this;
  }

  /**
   * Says which partitions there are.
   *
   * @param offsets of a partition that was not there before, no marker of a later run lies before
   *     its offset
   */
  void watch(Map<TopicPartition, Long> offsets) {
    positions = offsets;
  }

  /**
   * @throws IllegalStateException if a later run has taken over
   */
  void check() {
    if (successor > incarnation) {
      throw new IllegalStateException(
          "Run "
              + successor
              + " of the router has taken the dispatch topics over from this one, "
              + incarnation
              + ": what this one dispatches counts no more. If it still belongs to the job, it is"
              + " started again and takes over in turn; if two router jobs run, cancel one.");
    }
  }

  @Override
  public void close() {
    closed.countDown();
    var reading = consumer;
    if (reading != null) {
      reading.wakeup();
    }
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!isClosed()) {
      try (var opened = LogClients.consumer(bootstrapServers, "weir-router-fence")) {
        consumer = opened;
        while (!isClosed()) {
          turn(opened);
        }
      } catch (WakeupException e) {
        LOG.debug("Nobody watches for a successor of {} any more", incarnation);
      } catch (RuntimeException e) {
        LOG.warn("A successor of {} would not be noticed; the watch begins again", incarnation, e);
        pause();
      }
    }
  }

  private void turn(KafkaConsumer<byte[], byte[]> consumer) {
    choose(positions);
    if (watched == null) {
      pause();
      return;
    }
    if (!consumer.assignment().contains(watched)) {
      consumer.assign(List.of(watched));
      consumer.seek(watched, position);
    }
    for (var record : consumer.poll(POLL)) {
      successor = Math.max(successor, RouterIncarnation.of(record.headers()));
    }
    position = consumer.position(watched);
  }

  private void choose(Map<TopicPartition, Long> known) {
    if (watched == null || !known.containsKey(watched)) {
      watched =
          known.keySet().stream().min(Comparator.comparing(TopicPartition::toString)).orElse(null);
      position = watched == null ? 0 : known.get(watched);
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private void pause() {
    try {
      closed.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      closed.countDown();
    }
  }
}
