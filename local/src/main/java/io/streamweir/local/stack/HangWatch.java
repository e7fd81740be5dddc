package io.streamweir.local.stack;

import io.streamweir.local.process.Service;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends processes that run but do nothing: stopped by a signal, deadlocked, out of breath. What is
 * ended here is gone for {@link ProcessWatch}, which starts it again.
 *
 * <p>A process has {@code limit} without a pulse, and longer at first, while it starts: twice as
 * long each time that it was ended before its first answer, lest one that has much to recover is
 * never left to. Only time counts in which this process came to its rounds: on a machine that
 * stands still, or gives nobody a turn, nobody hangs. Rounds are for one thread; the probes run on
 * others.
 */
final class HangWatch {

  private static final Logger LOG = LoggerFactory.getLogger(HangWatch.class);

  /** From the start of a process to its first answer, at most, the first time. */
  private static final Duration START = Duration.ofMinutes(5);

  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** What counts at most of the time between two rounds. */
  private static final Duration LONGEST_ROUND = Duration.ofSeconds(2);

  private final List<Watched> all;
  private final StackLock lock;
  private final InstantSource clock;
  private final Duration limit;
  private final Executor probes;
  private Instant lastRound;

  /**
   * @param limit how long a process may give no answer; zero: for ever
   * @param probes run what may block for seconds
   */
  HangWatch(
      List<Service> services,
      StackLock lock,
      InstantSource clock,
      Duration limit,
      Executor probes) {
    this.all = services.stream().map(Watched::new).toList();
    this.lock = lock;
    this.clock = clock;
    this.limit = limit;
    this.probes = probes;
    this.lastRound = clock.instant();
  }

  /** Looks at each process, if it is time; returns without waiting for any. */
  void round() {
    var now = clock.instant();
    if (limit.isZero() || now.isBefore(lastRound.plus(INTERVAL))) {
      return;
    }
    var passed = Duration.between(lastRound, now);
    var counted = passed.compareTo(LONGEST_ROUND) > 0 ? LONGEST_ROUND : passed;
    lastRound = now;
    all.forEach(watched -> watched.look(counted));
  }

  private final class Watched {

    private final Service service;
    private CompletableFuture<Boolean> answer = CompletableFuture.completedFuture(false);
    private ProcessHandle asked;
    private Duration startLimit = START;
    private boolean answered;
    private Duration patience = START;

    Watched(Service service) {
      this.service = service;
    }

    void look(Duration passed) {
      var process = service.find().process();
      if (process.isEmpty()) {
        asked = null;
        return;
      }
      if (!process.get().equals(asked)) {
        asked = process.get();
        answered = false;
        patience = startLimit;
        answer = ask();
        return;
      }
      patience = patience.minus(passed);
      if (answer.isDone()) {
        if (answer.join()) {
          answered = true;
          startLimit = START;
          patience = limit;
        }
        answer = ask();
      }
      if (patience.isNegative()) {
        lock.tryHolding(this::end);
      }
    }

    private CompletableFuture<Boolean> ask() {
      return CompletableFuture.supplyAsync(() -> service.spec().pulse().ready(), probes)
          .exceptionally(
              failure -> {
                LOG.warn("{} cannot be asked", service.name(), failure);
                return false;
              });
    }

    private void end() {
      if (service.find().process().filter(asked::equals).isEmpty()) {
        return;
      }
      LOG.warn(
          "{} (pid {}) runs but has not answered for {} s{}; it is ended and started again",
          service.name(),
          asked.pid(),
          (answered ? limit : startLimit).toSeconds(),
          answered ? "" : " since its start, and has twice as long the next time");
      if (!answered) {
        startLimit = startLimit.multipliedBy(2);
      }
      patience = limit;
      service.kill();
    }
  }
}
