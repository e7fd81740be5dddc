package io.streamweir.local.stack;

import io.streamweir.local.process.PidFile;
import io.streamweir.local.process.RestartPause;
import io.streamweir.local.process.Service;
import io.streamweir.local.terminal.WeirException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts again what died: the same command line, data and ports. What was stopped in order has no
 * pid file and stays down. Nothing is started while a command holds the lock, since that command
 * may be starting or stopping the same process. Not thread-safe.
 */
final class ProcessWatch {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessWatch.class);
  private static final int LAST_WORDS = 5;

  private record Watched(Service service, RestartPause pause) {}

  private final List<Watched> all;
  private final StackLock lock;
  private final InstantSource clock;
  private final Consumer<Service> beforeStart;

  /**
   * @param beforeStart what is to be done while a process is gone, before it is started again
   */
  ProcessWatch(
      List<Service> services,
      StackLock lock,
      InstantSource clock,
      Supplier<RestartPause> pauses,
      Consumer<Service> beforeStart) {
    this.beforeStart = beforeStart;
    this.clock = clock;
    this.all = services.stream().map(service -> new Watched(service, pauses.get())).toList();
    this.lock = lock;
  }

  /** Looks at each process once; returns without waiting for any. */
  void round() {
    all.forEach(this::look);
  }

  private void look(Watched watched) {
    var finding = watched.service.find();
    if (!died(finding)) {
      if (watched.pause.planned()) {
        watched.pause.started(); // by a command, meanwhile
      }
      return;
    }
    if (!watched.pause.planned()) {
      explain(watched.service, finding, watched.pause.died().toMillis());
    }
    if (watched.pause.due()) {
      lock.tryHolding(() -> restart(watched));
    }
  }

  private void restart(Watched watched) {
    if (!died(watched.service.find())) {
      return;
    }
    try {
      beforeStart.accept(watched.service);
      watched.service.start();
      watched.pause.started();
      watched.service.restarts().add(clock.instant());
      LOG.info("{} started again, pid {}", watched.service.name(), watched.service.find().pid());
    } catch (WeirException | UncheckedIOException e) {
      var pause = watched.pause.died().toMillis();
      LOG.warn("{} Trying again in {} ms.", e.getMessage(), pause);
    }
  }

  private static boolean died(PidFile.Finding finding) {
    return finding.state() == PidFile.State.GONE || finding.state() == PidFile.State.REUSED;
  }

  private static void explain(Service service, PidFile.Finding finding, long pauseMs) {
    LOG.warn(
        "{} (pid {}) is gone without having been stopped; starting it again in {} ms. The end of its log:{}{}",
        service.name(),
        finding.pid(),
        pauseMs,
        System.lineSeparator(),
        String.join(System.lineSeparator(), service.log().tail(LAST_WORDS)));
  }
}
