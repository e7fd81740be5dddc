package io.streamweir.local.chaos;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** What the load has done and seen. Thread-safe. */
final class LoadRecords {

  private final ConcurrentLinkedQueue<Observation> observations = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Long> resumes = new ConcurrentLinkedQueue<>();
  private final AtomicInteger sent = new AtomicInteger();

  /** A request is about to be sent for the first time. */
  void sending() {
    sent.incrementAndGet();
  }

  void saw(Observation observation) {
    observations.add(observation);
  }

  /** A stream that broke off went on after that time. */
  void resumed(long millis) {
    resumes.add(millis);
  }

  int sent() {
    return sent.get();
  }

  List<Observation> observations() {
    return List.copyOf(observations);
  }

  List<Long> resumes() {
    return List.copyOf(resumes);
  }
}
