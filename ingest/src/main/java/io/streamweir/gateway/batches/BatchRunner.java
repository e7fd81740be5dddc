package io.streamweir.gateway.batches;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.internal.ConsumerLoop;
import io.streamweir.client.internal.KafkaClients;
import io.streamweir.gateway.files.FileStore;
import io.streamweir.schemas.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which gateway runs the batches: all of them are in one consumer group on the topic of
 * batches, which has one partition, and who has it works. The group only chooses; that the one
 * before cannot go on is ensured by the transactions of {@link BatchWork}.
 */
final class BatchRunner implements AutoCloseable, ConsumerLoop.Work {

  private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);
  private static final String GROUP = "weir-batches";
  private static final Duration IDLE = Duration.ofMillis(200);

  /** A transaction holds up the offline lane for as long as it is open. */
  private static final Duration SLICE_TIME = Duration.ofMillis(300);

  private static final long SLICE_BYTES = 8 << 20;

  private final ClientOptions options;
  private final BatchOptions settings;
  private final BatchBooks books;
  private final FileStore files;
  private final HeldTenants held;
  private final ConsumerLoop loop;
  private boolean chosen;
  private BatchWork work;

  BatchRunner(
      ClientOptions options,
      BatchOptions settings,
      BatchBooks books,
      FileStore files,
      HeldTenants held) {
    this.options = options.withClientId(options.clientId() + "-batches");
    this.settings = settings;
    this.books = books;
    this.files = files;
    this.held = held;
    this.loop =
        new ConsumerLoop(
            this.options.clientId(),
            () -> KafkaClients.member(this.options, "runner", GROUP),
            this);
  }

  void start() {
    loop.start();
  }

  @Override
  public void open(Consumer<byte[], byte[]> consumer) {
    stop();
    consumer.subscribe(
        List.of(Topics.BATCHES.name()),
        new ConsumerRebalanceListener() {
          @Override
          public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            consumer.pause(partitions);
            partitions.forEach(partition -> consumer.seek(partition, 0));
            chosen |= !partitions.isEmpty();
          }

          @Override
          public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (!partitions.isEmpty()) {
              stop();
            }
          }
        });
  }

  @Override
  public void turn(Consumer<byte[], byte[]> consumer) {
    consumer.poll(work == null || work.isIdle() ? IDLE : Duration.ZERO);
    if (chosen && work == null) {
      work =
          new BatchWork(
              options, settings, books, files, held, () -> new Budget(SLICE_BYTES, SLICE_TIME));
    }
    if (work != null) {
      work.turn();
    }
  }

  /** What was begun and not committed is left to the next one. */
  @Override
  public void close() {
    loop.close();
    stop();
  }

  private void stop() {
    chosen = false;
    if (work != null) {
      LOG.info("This gateway does not run the batches any more");
      work.close();
      work = null;
    }
  }
}
