package io.streamweir.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.local.terminal.WeirException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTest {

  private static final Duration ENOUGH = Duration.ofSeconds(20);

  @TempDir Path directory;
  private Service service;

  @AfterEach
  void stopWhatRuns() {
    service.stop(ENOUGH);
  }

  @Test
  void shouldRunInASessionOfItsOwnWhenStarted() throws Exception {
    service = service("echo started; exec sleep 60", this::hasStarted);

    service.start();
    service.awaitReady(ENOUGH);

    var stat = Files.readString(Path.of("/proc", Long.toString(service.find().pid()), "stat"));
    var session = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3];
    assertThat(session).isEqualTo(Long.toString(service.find().pid()));
  }

  @Test
  void shouldSayWhyWithTheEndOfItsLogWhenItEndsBeforeItIsReady() {
    service = service("echo no such disk; exit 3", () -> false);

    service.start();

    assertThatThrownBy(() -> service.awaitReady(ENOUGH))
        .isInstanceOf(WeirException.class)
        .hasMessageContaining("ended before it was ready")
        .hasMessageContaining("no such disk");
  }

  @Test
  void shouldForceItWhenItIgnoresTheRequestToEnd() {
    service = service("trap '' TERM; echo started; while :; do sleep 1; done", this::hasStarted);
    service.start();
    service.awaitReady(ENOUGH);
    var process = service.find().process().orElseThrow();

    var stopped = service.stop(Duration.ofMillis(200));

    assertThat(stopped).isTrue();
    assertThat(process.onExit()).succeedsWithin(ENOUGH);
    assertThat(LiveProcess.isAlive(process)).isFalse();
    assertThat(service.find().state()).isEqualTo(PidFile.State.ABSENT);
  }

  @Test
  void shouldLeaveAStrangerAloneWhenItHasThePidOfOurs() throws Exception {
    var stranger = new ProcessBuilder("sleep", "60").start();
    service = service("sleep 60", () -> true);
    var file = directory.resolve("run/role.pid");
    Files.createDirectories(file.getParent());
    Files.writeString(file, stranger.pid() + " 1000");

    var stopped = service.stop(ENOUGH);

    assertThat(stopped).isFalse();
    assertThat(stranger.isAlive()).isTrue();
    stranger.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
  }

  @Test
  void shouldKeepTheLogOfTheRunBeforeWhenStartedAgain() throws Exception {
    service = service("echo started; exec sleep 60", this::hasStarted);
    service.start();
    service.awaitReady(ENOUGH);
    service.stop(ENOUGH);

    service.start();

    assertThat(directory.resolve("logs/role.log.1")).content().contains("started");
  }

  @Test
  void shouldFindItsScratchDirectoryEmptyWhenItsPredecessorWasKilled() throws Exception {
    Files.createDirectories(scratch().resolve("deep/er"));
    Files.writeString(scratch().resolve("deep/er/file"), "left behind");
    service = service("echo started; exec sleep 60", this::hasStarted);

    service.start();

    assertThat(scratch()).isEmptyDirectory();
  }

  private Path scratch() {
    return directory.resolve("tmp/role");
  }

  private boolean hasStarted() {
    return service.log().tail(1).contains("started");
  }

  private Service service(String script, Probe probe) {
    var spec =
        new ServiceSpec(
            "role", List.of("sh", "-c", script), Map.of(), scratch(), List.of(), probe, probe);
    return new Service(spec, directory.resolve("run"), directory.resolve("logs"));
  }
}
