package io.streamweir.flink.ha;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files that are whole or not there, whenever the writer dies. */
final class DurableFile {

  private static final String UNFINISHED = ".new";

  private DurableFile() {}

  /** Puts a file in place of what was there, once its content is on the disk. */
  static void write(Path file, byte[] content) throws IOException {
    Files.createDirectories(file.getParent());
    var unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
    try (var channel =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      var buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** False for what a writer that died has left. */
  static boolean isWhole(Path file) {
    return Files.isRegularFile(file) && !file.getFileName().toString().endsWith(UNFINISHED);
  }
}
