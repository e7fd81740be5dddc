package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvailableMemoryTest {
  @TempDir Path root;

  private void write(String file, String content) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }

  private long available() {
    return new AvailableMemory(root).bytes();
  }

  @Test
  void shouldTakeWhatTheMachineHasWhenNoGroupLimitsIt() throws IOException {
    write("proc/meminfo", "MemTotal:       200 kB\nMemFree: 10 kB\nMemAvailable:    150 kB\n");
    assertThat(available()).isEqualTo(150 * 1024);
    write("sys/fs/cgroup/memory.max", "max\n");
    write("sys/fs/cgroup/memory.current", "1\n");
    assertThat(available()).isEqualTo(150 * 1024);
  }

  @Test
  void shouldTakeWhatTheGroupLeavesWhenThatIsLess() throws IOException {
    write("proc/meminfo", "MemAvailable:    1500 kB\n");
    write("sys/fs/cgroup/memory.max", "1000000\n");
    write("sys/fs/cgroup/memory.current", "900000\n");
    assertThat(available()).isEqualTo(100_000);
    write("sys/fs/cgroup/memory.stat", "active_file 7\ninactive_file 50000\n");
    assertThat(available()).isEqualTo(150_000);
    write("sys/fs/cgroup/memory.current", "1100000\n");
    assertThat(available()).isZero();
  }

  @Test
  void shouldNotLimitWhenTheSystemSaysNothing() {
    assertThat(available()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void shouldFindSomethingOnThisMachine() {
    assertThat(new AvailableMemory(Path.of("/")).bytes()).isBetween(1L << 20, 1L << 50);
  }
}
