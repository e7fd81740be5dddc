package io.streamweir.inference.operator;

import io.streamweir.flink.LogClients;
import io.streamweir.schemas.ControlAction;
import io.streamweir.schemas.ControlCommand;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import io.streamweir.schemas.registry.RegistryUnavailableException;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings cancels to the task, on a thread and a consumer of its own, so that they come through
 * while every lane is closed.
 *
 * <p>It reads the whole control topic from the beginning, in every run of the task: the topic is
 * the state. It waits until a batch has been taken before it reads the next.
 */
final class ControlListener implements Runnable {

  /** Hears the control topic on the task thread. */
  interface Owner {

    void cancel(List<CancelCommand> commands);

    /**
     * What was in the topic at the start has been handed over.
     *
     * @param tokensPartitions partitions of the tokens topic
     */
    void controlRead(int tokensPartitions);
  }

  private static final Logger LOG = LoggerFactory.getLogger(ControlListener.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final long CLOSE_MILLIS = 5_000;
  private static final long RETRY_MILLIS = 500;

  private final String bootstrapServers;
  private final String clientId;
  private final AvroCodec<ControlCommand> codec;
  private final TaskThread taskThread;
  private final Thread thread;
  private final Semaphore handedOver = new Semaphore(1);
  private Owner owner;
  private volatile Consumer<byte[], byte[]> consumer;
  private final CountDownLatch closing = new CountDownLatch(1);

  ControlListener(
      String bootstrapServers, String clientId, SchemaRegistry registry, TaskThread taskThread) {
    this.bootstrapServers = bootstrapServers;
    this.clientId = clientId;
    this.codec =
        new AvroCodec<>(registry, Topics.CONTROL.subject(), ControlCommand.class).prepared();
    this.taskThread = taskThread;
    this.thread = new Thread(this, clientId);
    thread.setDaemon(true);
  }

  void start(Owner owner) {
    this.owner = owner;
    thread.start();
  }

  /** Ends the thread and waits for it, within bounds. */
  void close() {
    closing.countDown();
    var reading = consumer;
    if (reading != null) {
      reading.wakeup();
    }
    handedOver.release();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void run() {
    try (var opened = LogClients.consumer(bootstrapServers, clientId)) {
      consumer = opened;
      if (!closed()) {
        listen(opened);
      }
    } catch (RuntimeException | InterruptedException e) {
      failUnlessClosed(e);
    }
  }

  private void failUnlessClosed(Exception cause) {
    if (closed()) {
      LOG.debug("{} ends", clientId, cause);
    } else {
      taskThread.run(
          "control topic failure",
          () -> {
            throw new IllegalStateException(
                "Cancels cannot be read from " + Topics.CONTROL.name() + ": " + cause, cause);
          });
    }
  }

  private void listen(Consumer<byte[], byte[]> consumer) throws InterruptedException {
    var tokensPartitions = LogClients.partitions(consumer, Topics.TOKENS.name()).size();
    var control = LogClients.partitions(consumer, Topics.CONTROL.name());
    consumer.assign(control);
    consumer.seekToBeginning(control);
    var ends = consumer.endOffsets(control);
    while (control.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
      handOver(consumer.poll(POLL));
    }
    taskThread.run("control topic read", () -> owner.controlRead(tokensPartitions));
    while (!closed()) {
      handOver(consumer.poll(POLL));
    }
  }

  private boolean closed() {
    return closing.getCount() == 0;
  }

  private void handOver(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
    var cancels = new ArrayList<CancelCommand>();
    for (var record : records) {
      decode(record, cancels);
    }
    if (cancels.isEmpty()) {
      return;
    }
    handedOver.acquire();
    taskThread.run(
        "cancels",
        () -> {
          handedOver.release();
          owner.cancel(cancels);
        });
  }

  private void decode(ConsumerRecord<byte[], byte[]> record, List<CancelCommand> into)
      throws InterruptedException {
    try {
      var command = decode(record.value());
      if (command.getAction() == ControlAction.CANCEL) {
        var key = new RequestKey(command.getTenant(), command.getRequestId());
        into.add(new CancelCommand(key.toString(), command.getReason(), record.timestamp()));
      }
    } catch (UndecodableRecordException e) {
      LOG.warn(
          "{}-{} offset {} is no command and is skipped: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getMessage());
    }
  }

  /** A command of another version waits for the registry; what the replica generates does not. */
  ControlCommand decode(byte[] value) throws InterruptedException {
    while (true) {
      try {
        return codec.decode(value);
      } catch (RegistryUnavailableException e) {
        LOG.warn("Cancels wait for the schema registry: {}", e.getMessage());
        if (closing.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
          throw e;
        }
      }
    }
  }
}
