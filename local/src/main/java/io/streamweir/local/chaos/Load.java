package io.streamweir.local.chaos;

import io.streamweir.client.StreamweirClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumers of every kind, each of which sends a request, sees it through, and sends the next: a
 * closed loop, so that what a fault holds up does not pile up.
 */
final class Load implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Load.class);

  /** A consumer: does one request after the other. */
  interface Worker {

    /** One request, from its sending to what the consumer sees last of it. */
    void once(Random random) throws InterruptedException;
  }

  private final StreamweirClient client;
  private final List<Worker> workers = new ArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile boolean stopping;

  /**
   * @param each how many consumers of each kind
   */
  Load(ChaosStack stack, LoadRecords records, int each) {
    client = StreamweirClient.connect(stack.clientOptions());
    var gateway = stack.gatewayUrl();
    for (int i = 0; i < each; i++) {
      workers.add(new KafkaConsumerWorker(client, records, false));
      workers.add(new KafkaConsumerWorker(client, records, true));
      for (var manner : SseWorker.Manner.values()) {
        workers.add(new SseWorker(gateway, manner, records, () -> stopping));
      }
    }
  }

  void start(long seed) {
    var random = new Random(seed);
    for (var worker : workers) {
      var own = new Random(random.nextLong());
      threads.execute(() -> work(worker, own));
    }
  }

  private void work(Worker worker, Random random) {
    try {
      while (!stopping) {
        worker.once(random);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("A consumer of the load ends, and with it the requests that it would send", e);
    }
  }

  /**
   * Sends no more, and waits for what was sent.
   *
   * @return whether all consumers came to their end
   */
  boolean stop(Duration patience) throws InterruptedException {
    stopping = true;
    threads.shutdown();
    return threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    stopping = true;
    threads.shutdownNow();
    client.close();
  }
}
