package io.streamweir.bench.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a report says of the machine. Linux. */
public final class Machine {
  private static final List<String> FLAGS =
      List.of("avx2", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_bf16", "amx_int8");

  private Machine() {}

  static Map<String, Object> describe(double readBytesPerSecond) throws IOException {
    Map<String, Object> map = describe();
    map.put("read_gb_per_s", Figures.rounded(readBytesPerSecond / 1e9));
    return map;
  }

  /** Processor and load. */
  public static Map<String, Object> describe() throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("cpu", field(Path.of("/proc/cpuinfo"), "model name"));
    List<String> flags = Arrays.asList(field(Path.of("/proc/cpuinfo"), "flags").split(" "));
    map.put("features", FLAGS.stream().filter(flags::contains).toList());
    map.put("processors", Runtime.getRuntime().availableProcessors());
    map.put("load_average", Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    return map;
  }

  /** Memory of this process that is resident. */
  static long residentBytes() throws IOException {
    return residentBytes(ProcessHandle.current().pid());
  }

  /** Memory of a process that is resident. */
  public static long residentBytes(long pid) throws IOException {
    String kilobytes = field(Path.of("/proc/" + pid + "/status"), "VmRSS").replace(" kB", "");
    return Long.parseLong(kilobytes.strip()) * 1024;
  }

  private static String field(Path file, String name) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }
}
