package io.streamweir.local.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * What a process writes to its standard output and error. The log of the run before is kept under
 * {@code NAME.log.1}.
 */
public final class LogFile {

  private static final int TAIL_BYTES = 256 << 10;

  private final Path path;

  public LogFile(Path path) {
    this.path = path;
  }

  public Path path() {
    return path;
  }

  /** Puts the log of the last run aside. */
  public void rotate() {
    try {
      Files.createDirectories(path.getParent());
      if (Files.exists(path)) {
        Files.move(
            path,
            path.resolveSibling(path.getFileName() + ".1"),
            StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot put " + path + " aside", e);
    }
  }

  /** The last lines; empty if there is no log. */
  public List<String> tail(int lines) {
    if (!Files.exists(path)) {
      return List.of();
    }
    try (var file = new RandomAccessFile(path.toFile(), "r")) {
      var length = (int) Math.min(file.length(), TAIL_BYTES);
      var bytes = new byte[length];
      file.seek(file.length() - length);
      file.readFully(bytes);
      var all = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      return all.subList(Math.max(0, all.size() - lines), all.size());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + path, e);
    }
  }
}
