package io.streamweir.local.stack;

import io.streamweir.local.terminal.Pause;
import io.streamweir.local.terminal.WeirException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lets one process at a time change a part of a stack. The system releases it when its holder ends,
 * in whatever way. Who needs both takes {@link DataDirectory#jobsLock} before {@link
 * DataDirectory#lock}.
 */
final class StackLock {

  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

  /**
   * Those that this process holds. Another channel on such a file must not even be opened: closed
   * again, it would take the lock from this process.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;

  StackLock(Path file) {
    this.file = file.toAbsolutePath().normalize();
  }

  /**
   * Runs something while holding the lock.
   *
   * @param patience how long another may hold it yet
   * @throws WeirException if another holds it for longer
   */
  void holding(Duration patience, Runnable action) {
    var deadline = System.nanoTime() + patience.toNanos();
    while (!tryHolding(action)) {
      if (System.nanoTime() > deadline) {
        throw new WeirException(
            "Another weir command, or the supervisor, is still at work on the stack in %s after %d s. Wait until it is done, and see ./weir logs supervisor."
                .formatted(file.getParent(), patience.toSeconds()));
      }
      Pause.of(POLL_INTERVAL);
    }
  }

  /** Runs something while holding the lock, or returns false at once if another holds it. */
  boolean tryHolding(Runnable action) {
    if (!HELD.add(file)) {
      return false;
    }
    try {
      Files.createDirectories(file.getParent());
      try (var channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        if (channel.tryLock() == null) {
          return false;
        }
        action.run();
        return true;
      }
    } catch (OverlappingFileLockException e) {
      // This process holds it, under another name of the directory.
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lock " + file, e);
    } finally {
      HELD.remove(file);
    }
  }
}
