package io.streamweir.local.stack;

import io.streamweir.local.process.Service;
import io.streamweir.local.terminal.Terminal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Stops the processes of a stack. Nothing is lost by it: the jobs go on from their last checkpoint,
 * and their backlog is in Kafka.
 */
public final class Shutdown {

  private static final Duration GRACE = Duration.ofSeconds(10);

  /** The supervisor holds the lock for moments only. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Stack stack;
  private final Terminal terminal;

  public Shutdown(Stack stack, Terminal terminal) {
    this.stack = stack;
    this.terminal = terminal;
  }

  /**
   * Stops what runs: first the supervisor, which would start the others again, then who depends on
   * Kafka, then Kafka and the registry.
   */
  public void run() {
    if (!stack.data().exists()) {
      terminal.line("There is no stack in %s.", stack.data().root());
      return;
    }
    new StackLock(stack.data().lock()).holding(PATIENCE, this::stopAll);
  }

  private void stopAll() {
    Predicate<Service> last =
        service -> service.name().equals("kafka") || service.name().equals("registry");
    var services = stack.services().supervised();
    var stopped =
        stop(stack.services().supervisor())
            + stop(services.stream().filter(last.negate()).toList())
            + stop(services.stream().filter(last).toList());
    if (stopped == 0) {
      terminal.line("Nothing was running on %s.", stack.data().root());
    } else {
      terminal.line("Stopped. The data stays in %s; ./weir up goes on.", stack.data().root());
    }
  }

  private int stop(List<Service> services) {
    var stopped = new AtomicInteger();
    try (var parallel = new Parallel()) {
      parallel.join(
          services.stream().map(service -> parallel.start(() -> stop(service, stopped))).toList());
    }
    return stopped.get();
  }

  private void stop(Service service, AtomicInteger stopped) {
    if (service.stop(GRACE)) {
      terminal.line("%-14s stopped", service.name());
      stopped.incrementAndGet();
    }
  }
}
