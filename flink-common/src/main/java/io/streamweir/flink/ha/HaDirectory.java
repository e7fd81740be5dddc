package io.streamweir.flink.ha;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import org.apache.flink.api.common.JobID;

/**
 * Where the files of the high availability lie.
 *
 * @param root {@code high-availability.storageDir}
 */
record HaDirectory(Path root) {

  /** Held by the leader for as long as its process lives. */
  Path lock() {
    return root.resolve("leader.lock");
  }

  /** Session and address of the leader of each component. */
  Path leaders() {
    return root.resolve("leaders");
  }

  Path leader(String component) {
    return leaders().resolve(component);
  }

  /** The jobs that the next leader takes over. */
  Path jobs() {
    return root.resolve("jobs");
  }

  Path checkpoints(JobID job) {
    return root.resolve("checkpoints").resolve(job.toHexString());
  }

  /** The number of the next checkpoint. */
  Path checkpointCounter(JobID job) {
    return root.resolve("checkpoint-counters").resolve(job.toHexString());
  }

  /** What is left of a job that has ended for good. */
  void forget(JobID job) {
    delete(checkpoints(job));
    delete(checkpointCounter(job));
    delete(leader(job.toHexString()));
  }

  /** Everything but the lock, which is held. */
  void clear() {
    for (var name : new String[] {"leaders", "jobs", "checkpoints", "checkpoint-counters"}) {
      delete(root.resolve(name));
    }
  }

  private static void delete(Path fileOrDirectory) {
    try (var files = Files.walk(fileOrDirectory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      return; // it never was there
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + fileOrDirectory, e);
    }
  }
}
