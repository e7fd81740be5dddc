package io.streamweir.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/**
 * Temporary files of one process. A process that is killed leaves them behind, so its successor
 * begins by removing them.
 */
public record Scratch(Path directory) {

  /** Removes what is in there, and creates the directory if it is missing. */
  public void empty() {
    try {
      Files.createDirectories(directory);
      try (var files = Files.walk(directory)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
          if (!file.equals(directory)) {
            Files.delete(file);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot empty " + directory, e);
    }
  }
}
