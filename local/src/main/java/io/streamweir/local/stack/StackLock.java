package io.streamweir.local.stack;

import io.streamweir.local.terminal.WeirException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Held by the one command that starts or stops processes of a stack. The system releases it when
 * that command ends, in whatever way.
 */
final class StackLock {

  private StackLock() {}

  /**
   * Runs something while holding the lock.
   *
   * @throws WeirException if another command holds it
   */
  static void holding(Path file, Runnable action) {
    try {
      Files.createDirectories(file.getParent());
      try (var channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        if (tryLock(channel) == null) {
          throw new WeirException(
              "Another weir command is starting or stopping the stack in %s. Wait until it is done."
                  .formatted(file.getParent()));
        }
        action.run();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lock " + file, e);
    }
  }

  private static FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very process
    }
  }
}
