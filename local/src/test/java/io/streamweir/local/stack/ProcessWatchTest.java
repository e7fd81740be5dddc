package io.streamweir.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.local.process.PidFile;
import io.streamweir.local.process.RestartPause;
import io.streamweir.local.process.Service;
import io.streamweir.local.process.ServiceSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessWatchTest {

  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  @TempDir Path directory;
  private final List<String> prepared = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private Service service;
  private StackLock lock;
  private ProcessWatch watch;

  @BeforeEach
  void setUp() {
    service = service("role", List.of("sh", "-c", "exec sleep 60"));
    lock = new StackLock(directory.resolve("lock"));
    watch = watch(List.of(service));
  }

  @AfterEach
  void stopWhatRuns() {
    service.stop(LONGEST);
  }

  @Test
  void shouldStartItAgainWhenItWasKilled() {
    service.start();
    var killed = kill();

    watch.round();
    assertThat(service.find().running()).as("before the pause is over").isFalse();
    pass(PAUSE);
    watch.round();

    assertThat(service.find().running()).isTrue();
    assertThat(service.find().pid()).isNotEqualTo(killed);
    assertThat(service.restarts().count()).isEqualTo(1);
    assertThat(service.restarts().last()).contains(now);
  }

  @Test
  void shouldLeaveItDownWhenItWasStopped() {
    service.start();
    service.stop(LONGEST);

    watch.round();
    pass(LONGEST);
    watch.round();

    assertThat(service.find().state()).isEqualTo(PidFile.State.ABSENT);
    assertThat(service.restarts().count()).isZero();
  }

  @Test
  void shouldLeaveItDownWhenACommandIsAtWork() {
    service.start();
    kill();
    watch.round();
    pass(PAUSE);

    assertThat(lock.tryHolding(watch::round)).isTrue();
    assertThat(service.find().running()).isFalse();

    watch.round();
    assertThat(service.find().running()).isTrue();
  }

  @Test
  void shouldWaitLongerEachTimeWhenItKeepsDying() {
    service.start();
    kill();
    watch.round();
    pass(PAUSE);
    watch.round();
    kill();
    watch.round();

    pass(PAUSE);
    watch.round();
    assertThat(service.find().running()).as("after the first pause again").isFalse();

    pass(PAUSE);
    watch.round();
    assertThat(service.find().running()).as("after twice the first pause").isTrue();
  }

  @Test
  void shouldGoOnWithTheOthersWhenOneEndsAtOnce() throws Exception {
    service.start();
    Files.copy(directory.resolve("run/role.pid"), directory.resolve("run/broken.pid"));
    kill();
    var broken = service("broken", List.of(directory.resolve("missing").toString()));
    watch = watch(List.of(broken, service));

    watch.round();
    pass(PAUSE);
    watch.round();
    pass(PAUSE);
    watch.round();

    assertThat(service.find().running()).isTrue();
  }

  @Test
  void shouldPrepareTheStartWhileItIsGone() {
    service.start();
    watch.round();
    assertThat(prepared).as("while it runs").isEmpty();

    kill();
    watch.round();
    pass(PAUSE);
    watch.round();

    assertThat(prepared).containsExactly("role GONE");
    assertThat(service.find().running()).isTrue();
  }

  private ProcessWatch watch(List<Service> services) {
    return new ProcessWatch(
        services,
        lock,
        () -> now,
        this::pause,
        gone -> prepared.add(gone.name() + " " + gone.find().state()));
  }

  private Service service(String name, List<String> command) {
    var scratch = directory.resolve("tmp").resolve(name);
    var spec = new ServiceSpec(name, command, Map.of(), scratch, List.of(), () -> true, () -> true);
    return new Service(spec, directory.resolve("run"), directory.resolve("logs"));
  }

  private RestartPause pause() {
    return new RestartPause(() -> now, PAUSE, LONGEST);
  }

  private long kill() {
    var process = service.find().process().orElseThrow();
    process.destroyForcibly();
    process.onExit().join();
    return process.pid();
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }
}
