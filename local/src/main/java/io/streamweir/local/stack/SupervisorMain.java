package io.streamweir.local.stack;

import io.streamweir.config.Setting;
import io.streamweir.config.SettingTable;
import io.streamweir.local.process.RestartPause;
import io.streamweir.local.process.Service;
import io.streamweir.local.terminal.Pause;
import io.streamweir.threads.DaemonThreads;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The supervisor's process: looks at the others again and again, and repairs what died or hangs. It
 * has no state that matters, so it may itself die at any time; the next {@code weir up} starts
 * another.
 */
public final class SupervisorMain {

  private static final Logger LOG = LoggerFactory.getLogger(SupervisorMain.class);

  private static final Setting<String> DATA =
      Setting.string("data", null, "directory of the stack");
  private static final SettingTable TABLE = new SettingTable("supervisor", List.of(DATA));

  /** A predecessor that was killed just now may not have ended yet. */
  private static final Duration PREDECESSOR_PATIENCE = Duration.ofSeconds(5);

  private SupervisorMain() {}

  /** Supervises until the process is told to end; fails if another one does. */
  public static void main(String[] arguments) {
    var data = new DataDirectory(Path.of(TABLE.parse(arguments).get(DATA)));
    var stack = Stack.open(Home.fromSystem(), data);
    new StackLock(data.supervisorLock()).holding(PREDECESSOR_PATIENCE, () -> supervise(stack));
  }

  private static void supervise(Stack stack) {
    var services = stack.services().supervised();
    var clock = new SteadyClock();
    var lock = new StackLock(stack.data().lock());
    var limit = stack.settings().get(StackSettings.HANG_LIMIT);
    var hangs = new HangWatch(services, lock, clock, limit, probes());
    var processes =
        new ProcessWatch(
            services,
            lock,
            Clock.systemUTC(),
            () -> pause(stack, clock),
            gone -> beforeStart(stack, gone));
    var jobs = new JobRecovery(stack, clock, pause(stack, clock));
    LOG.info("Watches over {}", services.stream().map(each -> each.name()).toList());
    var interval = stack.settings().get(StackSettings.SUPERVISOR_INTERVAL);
    while (!Thread.currentThread().isInterrupted()) {
      try {
        hangs.round();
        processes.round();
        jobs.round();
      } catch (RuntimeException e) {
        LOG.error("This round failed; the next may not", e);
      }
      Pause.of(interval);
    }
  }

  private static void beforeStart(Stack stack, Service gone) {
    var jobManager = gone.name().equals(stack.services().jobManager().name());
    if (jobManager && stack.data().jobMemory().forgetIfStopping()) {
      LOG.info(
          "The JobManager died while a job stopped with a savepoint, or a command left its mark; the next one gets the jobs from their directories");
    }
  }

  private static Executor probes() {
    return Executors.newCachedThreadPool(DaemonThreads.named("pulse"));
  }

  private static RestartPause pause(Stack stack, InstantSource clock) {
    var settings = stack.settings();
    return new RestartPause(
        clock,
        settings.get(StackSettings.RESTART_PAUSE),
        settings.get(StackSettings.RESTART_PAUSE_MAX));
  }
}
