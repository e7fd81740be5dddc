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
 * What a process writes to its standard output and error. The logs of the runs before are kept
 * under {@code NAME.log.1}, which is the last, to {@code NAME.log.5}.
 */
public final class LogFile {

  private static final int TAIL_BYTES = 256 << 10;

  /** What ended the first run of several that ended in a row is what explains the others. */
  private static final int KEPT = 5;

  private final Path path;

  public LogFile(Path path) {
    this.path = path;
  }

  public Path path() {
    return path;
  }

  /** Puts the logs of the last runs aside. */
  public void rotate() {
    try {
      Files.createDirectories(path.getParent());
      for (var age = KEPT - 1; age >= 0; age--) {
        if (Files.exists(aged(age))) {
          Files.move(aged(age), aged(age + 1), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot put " + path + " aside", e);
    }
  }

  /**
   * @param age runs since; 0 is the log itself
   */
  private Path aged(int age) {
    return age == 0 ? path : path.resolveSibling(path.getFileName() + "." + age);
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
