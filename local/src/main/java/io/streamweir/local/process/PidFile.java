package io.streamweir.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Remembers which process serves a role.
 *
 * <p>A pid alone is no identity, because the system gives it out again; the file holds the start
 * time of the process as well, so that a stranger is never taken for ours, nor stopped. Where the
 * system tells it (Linux), that is the time since the boot, because the date of the start becomes
 * another one when somebody sets the clock.
 */
public final class PidFile {

  /** The date of a start is computed from that of the boot, which a clock adjustment moves. */
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  /** Pid, date of the start in epoch milliseconds, ticks from the boot to the start. */
  private static final Pattern WORDS = Pattern.compile("(\\d+) (\\d+)(?: (\\d+))?\\s*");

  private static final long UNKNOWN = 0;

  /** What became of the process. */
  public enum State {
    /** None was started, or it was stopped in order. */
    ABSENT,
    RUNNING,
    /** It ended without being asked to. */
    GONE,
    /** It ended, and another process got its pid. */
    REUSED
  }

  /**
   * @param pid 0 if ABSENT
   * @param process present if RUNNING
   */
  public record Finding(State state, long pid, Optional<ProcessHandle> process) {
    public boolean running() {
      return state == State.RUNNING;
    }

    /** When the process started; empty if it does not run. */
    public Optional<Instant> startedAt() {
      return process.flatMap(running -> running.info().startInstant());
    }
  }

  private final Path file;

  public PidFile(Path file) {
    this.file = file;
  }

  /** Remembers a process; replaces what was there in one step. */
  public void write(ProcessHandle process) {
    var started = process.info().startInstant().orElse(Instant.EPOCH);
    var text =
        "%d %d %d%n"
            .formatted(process.pid(), started.toEpochMilli(), LiveProcess.startTicks(process));
    var temporary = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(temporary, text);
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  /** Looks for the remembered process. */
  public Finding find() {
    var words = WORDS.matcher(read());
    if (!words.matches()) {
      return new Finding(State.ABSENT, 0, Optional.empty());
    }
    var pid = Long.parseLong(words.group(1));
    var started = Instant.ofEpochMilli(Long.parseLong(words.group(2)));
    var ticks = words.group(3) == null ? UNKNOWN : Long.parseLong(words.group(3));
    var process = ProcessHandle.of(pid).filter(LiveProcess::isAlive);
    if (process.isEmpty()) {
      return new Finding(State.GONE, pid, Optional.empty());
    }
    if (process.filter(candidate -> startedAt(candidate, started, ticks)).isEmpty()) {
      // One that has ended in between has no start any more, and is no stranger.
      var state = process.filter(LiveProcess::isAlive).isEmpty() ? State.GONE : State.REUSED;
      return new Finding(state, pid, Optional.empty());
    }
    return new Finding(State.RUNNING, pid, process);
  }

  public void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + file, e);
    }
  }

  private static boolean startedAt(ProcessHandle process, Instant expected, long expectedTicks) {
    if (expectedTicks != UNKNOWN) {
      return LiveProcess.startTicks(process) == expectedTicks;
    }
    return process
        .info()
        .startInstant()
        .map(actual -> Duration.between(expected, actual).abs().compareTo(TOLERANCE) <= 0)
        .orElse(false);
  }

  private String read() {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }
}
