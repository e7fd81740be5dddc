package io.streamweir.local.process;

import io.streamweir.local.terminal.WeirException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One process of the stack, seen from any run of the command: what it is now is read from its pid
 * file and from the system each time.
 */
public final class Service {

  private static final Duration PROBE_INTERVAL = Duration.ofMillis(50);
  private static final int LINES_OF_A_FAILURE = 15;

  private final ServiceSpec spec;
  private final PidFile pidFile;
  private final LogFile log;
  private final Restarts restarts;

  /**
   * @param runDirectory holds the pid files
   * @param logDirectory holds the logs
   */
  public Service(ServiceSpec spec, Path runDirectory, Path logDirectory) {
    this.spec = spec;
    this.pidFile = new PidFile(runDirectory.resolve(spec.name() + ".pid"));
    this.log = new LogFile(logDirectory.resolve(spec.name() + ".log"));
    this.restarts = new Restarts(runDirectory.resolve(spec.name() + ".restarts"));
  }

  public String name() {
    return spec.name();
  }

  public ServiceSpec spec() {
    return spec;
  }

  public LogFile log() {
    return log;
  }

  public PidFile.Finding find() {
    return pidFile.find();
  }

  /** Whether it runs and serves. */
  public boolean serves() {
    return find().running() && spec.probe().ready();
  }

  /**
   * Starts the process in a session of its own, so that neither the end of this one nor an
   * interrupt at its terminal reaches it.
   *
   * @throws WeirException if a port is taken or the program cannot be started
   */
  public void start() {
    spec.ports().forEach(claim -> claim.check(spec.name()));
    log.rotate();
    new Scratch(spec.scratch()).empty();
    var builder = new ProcessBuilder(detached(spec.command()));
    builder.environment().putAll(spec.environment());
    builder.redirectErrorStream(true).redirectOutput(log.path().toFile());
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    try {
      pidFile.write(builder.start().toHandle());
    } catch (IOException e) {
      throw new WeirException(
          "Cannot start " + spec.name() + ": " + e.getMessage() + ". Check that it is executable.",
          e);
    }
  }

  /**
   * Waits until it serves.
   *
   * @throws WeirException with the end of its log, if it ends before or the time is over
   */
  public void awaitReady(Duration timeout) {
    var deadline = System.nanoTime() + timeout.toNanos();
    while (!spec.probe().ready()) {
      var finding = find();
      if (!finding.running()) {
        throw failure("ended before it was ready");
      }
      if (System.nanoTime() > deadline) {
        throw failure("is not ready after " + timeout.toSeconds() + " s");
      }
      awaitExit(finding.process().orElseThrow());
    }
  }

  /** Ends the process as a crash would, so that whoever watches over it starts another. */
  public void kill() {
    find().process().ifPresent(ProcessHandle::destroyForcibly);
  }

  /** Since it was last stopped in order. */
  public Restarts restarts() {
    return restarts;
  }

  /**
   * Stops the process: asks it first, and forces it when the time is over.
   *
   * @return whether there was one
   */
  public boolean stop(Duration grace) {
    var process = find().process();
    process.ifPresent(
        running -> {
          running.destroy();
          if (!awaitEnd(running, grace)) {
            running.destroyForcibly();
            awaitEnd(running, grace);
          }
        });
    pidFile.delete();
    restarts.forget();
    return process.isPresent();
  }

  private WeirException failure(String what) {
    var lines = new ArrayList<String>();
    lines.add("%s %s. The end of its log (%s):".formatted(spec.name(), what, log.path()));
    log.tail(LINES_OF_A_FAILURE).forEach(line -> lines.add("    " + line));
    return new WeirException(String.join(System.lineSeparator(), lines));
  }

  /** Whether the process ended within the time; a zombie has. */
  private static boolean awaitEnd(ProcessHandle process, Duration timeout) {
    var deadline = System.nanoTime() + timeout.toNanos();
    while (LiveProcess.isAlive(process)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      awaitExit(process);
    }
    return true;
  }

  /** Waits for the exit for a short while: nothing tells of a zombie. */
  private static void awaitExit(ProcessHandle process) {
    try {
      process.onExit().get(PROBE_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return;
    } catch (ExecutionException e) {
      throw new IllegalStateException("Waiting for process " + process.pid() + " failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException("Interrupted while waiting for process " + process.pid(), e);
    }
  }

  private static List<String> detached(List<String> command) {
    var setsid = Path.of("/usr/bin/setsid");
    if (!Files.isExecutable(setsid)) {
      return command;
    }
    var words = new ArrayList<String>();
    words.add(setsid.toString());
    words.addAll(command);
    return words;
  }
}
