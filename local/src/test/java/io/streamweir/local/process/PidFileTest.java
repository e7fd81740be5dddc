package io.streamweir.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {

  private static final long HOUR_MS = 3_600_000;

  @TempDir Path directory;
  private Path file;
  private PidFile pidFile;

  @BeforeEach
  void setUp() {
    file = directory.resolve("run/role.pid");
    pidFile = new PidFile(file);
  }

  @Test
  void shouldFindNothingWhenNothingWasWritten() {
    assertThat(pidFile.find().state()).isEqualTo(PidFile.State.ABSENT);
  }

  @Test
  void shouldFindTheProcessWhenItRuns() {
    pidFile.write(ProcessHandle.current());

    var finding = pidFile.find();

    assertThat(finding.running()).isTrue();
    assertThat(finding.process()).contains(ProcessHandle.current());
  }

  @Test
  void shouldSayGoneWhenTheProcessWasKilled() throws Exception {
    var process = new ProcessBuilder("sleep", "60").start();
    pidFile.write(process.toHandle());
    process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);

    var finding = pidFile.find();

    assertThat(finding.state()).isEqualTo(PidFile.State.GONE);
    assertThat(finding.pid()).isEqualTo(process.pid());
  }

  @Test
  void shouldFindTheProcessWhenSomebodyHasSetTheClock() throws Exception {
    write(-HOUR_MS, 0);

    assertThat(pidFile.find().running()).isTrue();
  }

  @Test
  void shouldSayReusedWhenThePidBelongsToAProcessStartedAtAnotherTime() throws Exception {
    write(0, -1);

    var finding = pidFile.find();

    assertThat(finding.state()).isEqualTo(PidFile.State.REUSED);
    assertThat(finding.process()).isEmpty();
  }

  @Test
  void shouldGoByTheDateWhenTheFileHasNothingElse() throws Exception {
    var words = write(0, 0);
    Files.writeString(file, words[0] + " " + words[1]);
    assertThat(pidFile.find().running()).isTrue();

    Files.writeString(file, words[0] + " " + (Long.parseLong(words[1]) - HOUR_MS));
    assertThat(pidFile.find().state()).isEqualTo(PidFile.State.REUSED);
  }

  /** As if this process had started at another date, or so many ticks later. */
  private String[] write(long moreMs, long moreTicks) throws Exception {
    pidFile.write(ProcessHandle.current());
    var words = Files.readString(file).trim().split(" ");
    var started = Long.parseLong(words[1]) + moreMs;
    var ticks = Long.parseLong(words[2]) + moreTicks;
    Files.writeString(file, words[0] + " " + started + " " + ticks);
    return words;
  }

  @Test
  void shouldFindNothingWhenTheFileIsTorn() throws Exception {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "12");

    assertThat(pidFile.find().state()).isEqualTo(PidFile.State.ABSENT);
  }

  @Test
  void shouldFindNothingWhenTheFileWasDeleted() {
    pidFile.write(ProcessHandle.current());
    pidFile.delete();

    assertThat(pidFile.find().state()).isEqualTo(PidFile.State.ABSENT);
  }
}
