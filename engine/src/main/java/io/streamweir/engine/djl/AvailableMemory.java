package io.streamweir.engine.djl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * How much memory this process may still take, from what Linux says: {@code MemAvailable}, and the
 * limit of the control group (version 2) where there is one. Page cache counts as available, since
 * it gives way.
 */
final class AvailableMemory {
  private static final long KIB = 1024;

  private final Path meminfo;
  private final Path group;

  /**
   * @param root {@code /}, or a stand-in
   */
  AvailableMemory(Path root) {
    meminfo = root.resolve("proc/meminfo");
    group = root.resolve("sys/fs/cgroup");
  }

  /**
   * Bytes as of now, {@link Long#MAX_VALUE} if the system does not say.
   *
   * @throws UncheckedIOException if a file is there and cannot be read
   */
  long bytes() {
    long machine = value(meminfo, "MemAvailable:", KIB).orElse(Long.MAX_VALUE);
    return Math.min(machine, ofGroup());
  }

  private long ofGroup() {
    OptionalLong limit = number(group.resolve("memory.max"));
    OptionalLong used = number(group.resolve("memory.current"));
    if (limit.isEmpty() || used.isEmpty()) {
      return Long.MAX_VALUE;
    }
    long cache = value(group.resolve("memory.stat"), "inactive_file", 1).orElse(0);
    return Math.max(0, limit.getAsLong() - used.getAsLong() + cache);
  }

  /** The number that a file holds; empty if it holds a word ({@code max}) or is not there. */
  private static OptionalLong number(Path file) {
    String text = text(file).strip();
    return text.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
  }

  private static OptionalLong value(Path file, String key, long unit) {
    return text(file)
        .lines()
        .map(line -> line.split("\\s+"))
        .filter(words -> words.length > 1 && words[0].equals(key))
        .mapToLong(words -> Long.parseLong(words[1]) * unit)
        .findFirst();
  }

  private static String text(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
