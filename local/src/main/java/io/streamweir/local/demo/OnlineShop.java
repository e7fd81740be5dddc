package io.streamweir.local.demo;

import io.streamweir.client.StreamweirClient;
import io.streamweir.schemas.RequestKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A shop's backend: sends online requests when the plan says so, however long the earlier ones take
 * (an open loop: a slow answer delays no other request), and measures the streams.
 */
final class OnlineShop implements AutoCloseable {

  private static final int STREAM_THREADS = 2;

  private final StreamweirClient client;
  private final LiveStreams live;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService streamThreads = Executors.newFixedThreadPool(STREAM_THREADS);
  private final ConcurrentLinkedQueue<StreamMeter> meters = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger acknowledged = new AtomicInteger();

  OnlineShop(StreamweirClient client, LiveStreams live) {
    this.client = client;
    this.live = live;
  }

  /** Begins to send; each request asks about an utterance drawn at random. */
  void open(ArrivalPlan plan, DemoRequests requests, List<Utterance> utterances, long seed) {
    var random = new Random(seed);
    var number = 0;
    for (var offset : plan.offsets()) {
      var mine = number++;
      var utterance = utterances.get(random.nextInt(utterances.size()));
      clock.schedule(() -> send(requests, mine, utterance), offset.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** Requests that Kafka has acknowledged. */
  int acknowledged() {
    return acknowledged.get();
  }

  /** What went wrong in sending; empty if nothing did. */
  List<Throwable> failures() {
    return List.copyOf(failures);
  }

  /** The streams measured; to be read when all have ended. */
  List<StreamMeter> meters() {
    return new ArrayList<>(meters);
  }

  @Override
  public void close() {
    clock.shutdownNow();
    streamThreads.shutdownNow();
  }

  private void send(DemoRequests requests, int number, Utterance utterance) {
    var request = requests.online(number, utterance);
    var key = new RequestKey(request.getTenant(), request.getRequestId());
    var line = live.open(request.getRequestId(), utterance.text());
    var meter = new StreamMeter(System.nanoTime(), line::append, line::close);
    meters.add(meter);
    client.follow(key, streamThreads).subscribe(meter);
    client
        .produce(request)
        .whenComplete(
            (submitted, failure) -> {
              if (failure == null) {
                acknowledged.incrementAndGet();
              } else {
                failures.add(failure);
              }
            });
  }
}
