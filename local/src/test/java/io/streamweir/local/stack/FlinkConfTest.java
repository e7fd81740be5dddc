package io.streamweir.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The memory of a TaskManager is written twice, for Flink and for the JVM; both must agree. */
class FlinkConfTest {

  private static final Path CONF = Path.of("../flink-conf");
  private static final String MEMORY = "taskmanager.memory.";

  @Test
  void shouldGiveTheJvmTheHeapThatFlinkCountsOn() throws Exception {
    var heap = configured("framework.heap.size") + configured("task.heap.size");

    assertThat(jvm("-Xmx")).isEqualTo(heap);
  }

  @Test
  void shouldLetTheJvmUseTheDirectMemoryThatFlinkCountsOn() throws Exception {
    var direct =
        configured("framework.off-heap.size")
            + configured("task.off-heap.size")
            + configured("network.max");

    assertThat(jvm("-XX:MaxDirectMemorySize=")).isEqualTo(direct);
    assertThat(configured("network.min")).isEqualTo(configured("network.max"));
  }

  @Test
  void shouldLetTheJvmUseTheMetaspaceThatFlinkCountsOn() throws Exception {
    assertThat(jvm("-XX:MaxMetaspaceSize=")).isEqualTo(configured("jvm-metaspace.size"));
  }

  private static long configured(String key) throws IOException {
    return value(CONF.resolve("config.yaml"), MEMORY + key + ": ");
  }

  private static long jvm(String option) throws IOException {
    return value(CONF.resolve("taskmanager.jvm"), option);
  }

  /** Mebibytes. */
  private static long value(Path file, String prefix) throws IOException {
    var pattern = Pattern.compile(Pattern.quote(prefix) + "(\\d+)([mg])");
    List<Long> values =
        Files.readAllLines(file).stream()
            .map(pattern::matcher)
            .filter(Matcher::matches)
            .map(match -> Long.parseLong(match.group(1)) * (match.group(2).equals("g") ? 1024 : 1))
            .toList();
    assertThat(values).as(prefix + " in " + file).hasSize(1);
    return values.get(0);
  }
}
