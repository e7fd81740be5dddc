package io.streamweir.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * TCP ports of the loopback address for servers of tests, each reserved until this process ends.
 *
 * <p>They lie below those that Linux hands out by itself, so that while a server is down nobody is
 * given its port: neither another server, nor one of its clients, which would then be connected to
 * itself. A reservation is the lock of one byte of a file in the temporary directory, which all
 * processes of this user see, so tests that run at the same time get different ports. Thread-safe.
 */
public final class ReservedPorts {

  private static final int LOWEST = 10_000;
  private static final int HIGHEST = 32_000;
  private static final int ATTEMPTS = 10_000;

  private static final FileChannel FILE = open();

  /** Strongly held: a lock that is collected counts as released within this process. */
  private static final Map<Integer, FileLock> LOCKS = new HashMap<>();

  private ReservedPorts() {}

  /**
   * One port.
   *
   * @throws IllegalStateException if there is none
   */
  public static int next() {
    return offset(List.of(0));
  }

  /**
   * What added to each of these numbers makes a port.
   *
   * @param numbers from 0 on, less than 22,000 apart
   * @throws IllegalStateException if there is no such offset
   */
  public static synchronized int offset(List<Integer> numbers) {
    var least = Math.max(0, LOWEST - Collections.min(numbers));
    var most = HIGHEST - Collections.max(numbers);
    for (var attempt = 0; attempt < ATTEMPTS; attempt++) {
      var offset = ThreadLocalRandom.current().nextInt(least, most + 1);
      if (reserve(numbers.stream().map(number -> number + offset).toList())) {
        return offset;
      }
    }
    throw new IllegalStateException(
        "No offset makes free ports of %s between %d and %d".formatted(numbers, LOWEST, HIGHEST));
  }

  private static boolean reserve(List<Integer> ports) {
    var locks = new HashMap<Integer, FileLock>();
    try {
      for (var port : ports) {
        var lock = LOCKS.containsKey(port) ? null : FILE.tryLock(port, 1, false);
        if (lock == null) {
          release(locks);
          return false;
        }
        locks.put(port, lock);
      }
      if (!ports.stream().allMatch(ReservedPorts::isFree)) {
        release(locks);
        return false;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot lock " + file(), e);
    }
    LOCKS.putAll(locks);
    return true;
  }

  private static void release(Map<Integer, FileLock> locks) throws IOException {
    for (var lock : locks.values()) {
      lock.release();
    }
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  static Path file() {
    var name = "weir-ports-" + System.getProperty("user.name") + ".lock";
    return Path.of(System.getProperty("java.io.tmpdir"), name);
  }

  private static FileChannel open() {
    try {
      return FileChannel.open(file(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open " + file(), e);
    }
  }
}
