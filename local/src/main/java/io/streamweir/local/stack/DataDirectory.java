package io.streamweir.local.stack;

import io.streamweir.local.deploy.JobMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Everything that a stack keeps, under one directory. Deleting it (while the stack is down) is a
 * fresh start.
 *
 * @param root absolute
 */
public record DataDirectory(Path root) {

  public DataDirectory {
    root = root.toAbsolutePath().normalize();
  }

  /** The settings that this stack was started with. */
  public Path settings() {
    return root.resolve("weir.properties");
  }

  /** Held while processes are started or stopped: by a command, or by the supervisor. */
  public Path lock() {
    return root.resolve("lock");
  }

  /** Held while jobs are launched or ended: by a command, or by the supervisor. */
  public Path jobsLock() {
    return root.resolve("jobs.lock");
  }

  /** Held by the supervisor for as long as it lives, so that there is one. */
  public Path supervisorLock() {
    return root.resolve("supervisor.lock");
  }

  /** Pid files. */
  public Path run() {
    return root.resolve("run");
  }

  public Path logs() {
    return root.resolve("logs");
  }

  public Path kafka() {
    return root.resolve("kafka");
  }

  public Path registry() {
    return root.resolve("registry");
  }

  /** Temporary files of one process; emptied before it starts. */
  public Path scratch(String process) {
    return root.resolve("tmp").resolve(process);
  }

  /** Checkpoints and savepoints of one job. */
  public Path checkpoints(String job) {
    return root.resolve("checkpoints").resolve(job);
  }

  /** What a JobManager leaves to its successor. */
  public Path highAvailability() {
    return root.resolve("ha");
  }

  /** The same, and which jobs are being stopped. */
  public JobMemory jobMemory() {
    return new JobMemory(highAvailability(), root.resolve("stopping"));
  }

  /** What each deployment was launched with. */
  public Path deployments() {
    return root.resolve("deployments");
  }

  /** Native libraries, unpacked. */
  public Path nativeCache() {
    return root.resolve("cache/djl");
  }

  public Path ledger() {
    return root.resolve("ledger");
  }

  public boolean exists() {
    return Files.exists(settings());
  }

  void create() {
    for (var directory : new Path[] {root, run(), logs()}) {
      try {
        Files.createDirectories(directory);
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot create " + directory, e);
      }
    }
  }
}
