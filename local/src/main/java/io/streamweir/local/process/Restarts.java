package io.streamweir.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** When a process was started again without a hand: a line each in a file beside its pid file. */
public final class Restarts {

  private final Path file;

  Restarts(Path file) {
    this.file = file;
  }

  /** Takes note of one. */
  public void add(Instant at) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(
          file,
          at.toEpochMilli() + System.lineSeparator(),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  public int count() {
    return lines().size();
  }

  /** The time of the last one; empty if there was none. */
  public Optional<Instant> last() {
    var lines = lines();
    return lines.isEmpty()
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(Long.parseLong(lines.get(lines.size() - 1))));
  }

  void forget() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete " + file, e);
    }
  }

  private List<String> lines() {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }
}
