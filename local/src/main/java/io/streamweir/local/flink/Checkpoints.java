package io.streamweir.local.flink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;

/**
 * The checkpoints and savepoints that a job left in its directory, over all its runs.
 *
 * <p>Flink renames {@code _metadata} into place as the last step of a checkpoint, so where it
 * exists the checkpoint is whole.
 */
public final class Checkpoints {

  private static final String METADATA = "_metadata";

  /** directory/JOB_ID/chk-N/_metadata and directory/savepoint-X/_metadata. */
  private static final int DEPTH = 3;

  private Checkpoints() {}

  /** The newest one, from which the job goes on; empty if the job never completed one. */
  public static Optional<Path> newest(Path directory) {
    if (!Files.isDirectory(directory)) {
      return Optional.empty();
    }
    try (var files = Files.walk(directory, DEPTH)) {
      return files
          .filter(file -> file.getFileName().toString().equals(METADATA))
          .max(Comparator.comparing(Checkpoints::completedAt))
          .map(Path::getParent);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look for checkpoints in " + directory, e);
    }
  }

  private static FileTime completedAt(Path metadata) {
    try {
      return Files.getLastModifiedTime(metadata);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the time of " + metadata, e);
    }
  }
}
