package io.streamweir.flink.ha;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.checkpoint.CheckpointIDCounter;

/**
 * Numbers checkpoints. A number is used up before it is given out, so that a successor never writes
 * into the directory of a checkpoint that its predecessor has begun. Thread-safe.
 */
final class FileCheckpointIdCounter implements CheckpointIDCounter {

  private final Path file;
  private long next = INITIAL_CHECKPOINT_ID;

  FileCheckpointIdCounter(Path file) {
    this.file = file;
  }

  @Override
  public synchronized void start() throws IOException {
    try {
      next = Long.parseLong(Files.readString(file));
    } catch (NoSuchFileException e) {
      next = INITIAL_CHECKPOINT_ID;
    }
  }

  /** The number is forgotten with a job that has ended for good. */
  @Override
  public synchronized CompletableFuture<Void> shutdown(JobStatus status) {
    if (status.isGloballyTerminalState()) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        return CompletableFuture.failedFuture(e);
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized long getAndIncrement() throws IOException {
    var given = next;
    setCount(given + 1);
    return given;
  }

  @Override
  public synchronized long get() {
    return next;
  }

  @Override
  public synchronized void setCount(long count) throws IOException {
    DurableFile.write(file, Long.toString(count).getBytes(StandardCharsets.UTF_8));
    next = count;
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
