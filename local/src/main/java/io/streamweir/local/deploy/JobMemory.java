package io.streamweir.local.deploy;

import io.streamweir.local.process.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What the next JobManager finds of the jobs of its predecessor, and when it must not find it.
 *
 * <p>Flink hands over checkpoints, not savepoints. A job that stops with a savepoint commits with
 * it, and is remembered until its last task has ended: a JobManager that died in between would
 * leave the job to its successor as it was before the savepoint, and what was committed would come
 * again. So each such stop leaves a marker on the disk first. With one there, a JobManager starts
 * without a memory, and the jobs are submitted from what is newest in their directories, as the
 * catalogue wants them.
 *
 * <p>That is right at any time, only slower. So the marker of a command that was killed does no
 * harm: it costs the next start of a JobManager its memory, and is removed with it.
 *
 * @param highAvailability the directory of Flink's high availability
 * @param stopping the directory of the markers, one for each job
 */
public record JobMemory(Path highAvailability, Path stopping) {

  /** Marks a job that is about to be stopped with a savepoint; on the disk when it returns. */
  void markStopping(String jobId) {
    try {
      Files.createDirectories(stopping);
      Files.write(
          stopping.resolve(jobId),
          new byte[0],
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          StandardOpenOption.SYNC);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot mark job " + jobId + " in " + stopping, e);
    }
  }

  /** Removes the mark of a job that no JobManager would bring back any more. */
  void unmark(String jobId) {
    try {
      Files.deleteIfExists(stopping.resolve(jobId));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove the mark of job " + jobId, e);
    }
  }

  /** Whether the next JobManager would bring the job back. */
  boolean remembers(String jobId) {
    return Files.exists(highAvailability.resolve("jobs").resolve(jobId));
  }

  /** Forgets all jobs; only while no JobManager runs. */
  public void forget() {
    new Scratch(highAvailability).empty();
    new Scratch(stopping).empty();
  }

  /**
   * Forgets all jobs if one of them was being stopped; only while no JobManager runs.
   *
   * @return whether that was so
   */
  public boolean forgetIfStopping() {
    if (isEmpty(stopping)) {
      return false;
    }
    forget();
    return true;
  }

  private static boolean isEmpty(Path directory) {
    if (!Files.exists(directory)) {
      return true;
    }
    try (var files = Files.list(directory)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + directory, e);
    }
  }
}
