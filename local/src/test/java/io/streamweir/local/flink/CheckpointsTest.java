package io.streamweir.local.flink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {

  @TempDir Path directory;

  @Test
  void shouldFindNoneWhenTheJobNeverRan() {
    assertThat(Checkpoints.newest(directory.resolve("router"))).isEmpty();
  }

  @Test
  void shouldFindTheNewestOverAllRunsWhenAnOlderRunHasTheHigherNumber() throws Exception {
    complete("run1/chk-900", 1_000);
    complete("run2/chk-17", 3_000);
    complete("run2/chk-16", 2_000);

    assertThat(Checkpoints.newest(directory)).contains(directory.resolve("run2/chk-17"));
  }

  @Test
  void shouldPassOverACheckpointWhenItWasNeverCompleted() throws Exception {
    complete("run1/chk-1", 1_000);
    Files.createDirectories(directory.resolve("run1/chk-2"));
    Files.writeString(directory.resolve("run1/chk-2/._metadata.inprogress"), "half");

    assertThat(Checkpoints.newest(directory)).contains(directory.resolve("run1/chk-1"));
  }

  @Test
  void shouldFindASavepointWhenTheJobWasStoppedWithOne() throws Exception {
    complete("run1/chk-5", 1_000);
    complete("savepoint-ab12-cd34", 2_000);

    assertThat(Checkpoints.newest(directory)).contains(directory.resolve("savepoint-ab12-cd34"));
  }

  private void complete(String name, long atMs) throws Exception {
    var checkpoint = Files.createDirectories(directory.resolve(name));
    var metadata = Files.writeString(checkpoint.resolve("_metadata"), "whole");
    Files.setLastModifiedTime(metadata, FileTime.fromMillis(atMs));
  }
}
