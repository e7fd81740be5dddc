package io.streamweir.engine.djl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/** What the processor can do, as Linux names it. */
final class CpuFeatures {
  private static final String FLAGS = "flags";
  private static final Set<String> HERE = read(Path.of("/proc/cpuinfo"));

  private CpuFeatures() {}

  /** Those of this machine. */
  static Set<String> here() {
    return HERE;
  }

  /** Empty where there is no such file or it has no flags. */
  static Set<String> read(Path cpuInfo) {
    try {
      return Files.readAllLines(cpuInfo).stream()
          .filter(line -> line.startsWith(FLAGS))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip().split(" "))
          .<Set<String>>map(flags -> new TreeSet<>(Arrays.asList(flags)))
          .orElseGet(Set::of);
    } catch (IOException e) {
      return Set.of();
    }
  }

  /**
   * Whether four products of bytes are added up without an intermediate sum of 16 bits. Not with
   * {@code avx_vnni} alone: the library uses it only in its 512-bit form.
   */
  static boolean addsBytesExactly(Set<String> flags) {
    return flags.contains("avx512_vnni");
  }
}
