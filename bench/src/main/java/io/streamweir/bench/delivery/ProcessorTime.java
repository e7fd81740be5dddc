package io.streamweir.bench.delivery;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What this process has had of the processors, in all and by its threads. Threads of the JVM
 * itself, which compile and collect, count in the whole only.
 *
 * @param whole nanoseconds
 * @param byThread nanoseconds by thread id
 */
record ProcessorTime(long whole, Map<Long, Long> byThread) {

  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** Up to now. */
  static ProcessorTime now() {
    var byThread = new HashMap<Long, Long>();
    for (var id : THREADS.getAllThreadIds()) {
      var nanos = THREADS.getThreadCpuTime(id);
      if (nanos > 0) {
        byThread.put(id, nanos);
      }
    }
    return new ProcessorTime(SYSTEM.getProcessCpuTime(), byThread);
  }

  /** Seconds of the whole since then. */
  double secondsSince(ProcessorTime then) {
    return (whole - then.whole) / 1e9;
  }

  /** Seconds since then by the names of the threads that live, alike ones in a sum. */
  Map<String, Double> secondsByNameSince(ProcessorTime then) {
    return Arrays.stream(THREADS.getThreadInfo(ids()))
        .filter(thread -> thread != null)
        .collect(
            Collectors.groupingBy(
                thread -> kind(thread.getThreadName()),
                TreeMap::new,
                Collectors.summingDouble(thread -> secondsSince(then, thread.getThreadId()))));
  }

  private long[] ids() {
    return byThread.keySet().stream().mapToLong(Long::longValue).toArray();
  }

  private double secondsSince(ProcessorTime then, long thread) {
    return (byThread.get(thread) - then.byThread.getOrDefault(thread, 0L)) / 1e9;
  }

  /** Without what numbers one of many. */
  private static String kind(String name) {
    return name.replaceAll("[0-9a-f]{8,}|[0-9]+", "#");
  }
}
