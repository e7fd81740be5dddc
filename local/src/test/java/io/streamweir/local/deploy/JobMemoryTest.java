package io.streamweir.local.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobMemoryTest {

  private static final String JOB = "0123456789abcdef0123456789abcdef";

  @TempDir Path directory;
  private JobMemory memory;

  @BeforeEach
  void runAJob() throws Exception {
    memory = new JobMemory(directory.resolve("ha"), directory.resolve("stopping"));
    Files.createDirectories(directory.resolve("ha/jobs"));
    Files.createFile(directory.resolve("ha/jobs").resolve(JOB));
  }

  @Test
  void shouldHandTheJobsOverWhenNoneWasBeingStopped() {
    assertThat(memory.forgetIfStopping()).isFalse();
    assertThat(memory.remembers(JOB)).isTrue();
  }

  @Test
  void shouldForgetTheJobsWhenOneWasBeingStopped() {
    memory.markStopping(JOB);

    assertThat(memory.forgetIfStopping()).isTrue();
    assertThat(memory.remembers(JOB)).isFalse();
  }

  @Test
  void shouldHandTheJobsOverWhenTheStopIsOver() {
    memory.markStopping(JOB);
    memory.unmark(JOB);

    assertThat(memory.forgetIfStopping()).isFalse();
    assertThat(memory.remembers(JOB)).isTrue();
  }

  @Test
  void shouldForgetOnceOnlyWhenACommandLeftItsMark() throws Exception {
    memory.markStopping("job of a command that was killed");
    memory.forgetIfStopping();
    Files.createDirectories(directory.resolve("ha/jobs"));
    Files.createFile(directory.resolve("ha/jobs").resolve(JOB));

    assertThat(memory.forgetIfStopping()).isFalse();
    assertThat(memory.remembers(JOB)).isTrue();
  }

  @Test
  void shouldKeepTheMarkOfOneJobWhenAnotherHasStopped() {
    memory.markStopping("killed");
    memory.markStopping(JOB);
    memory.unmark(JOB);

    assertThat(memory.forgetIfStopping()).isTrue();
  }
}
