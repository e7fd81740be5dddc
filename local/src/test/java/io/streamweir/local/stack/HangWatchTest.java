package io.streamweir.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.local.process.PidFile;
import io.streamweir.local.process.Service;
import io.streamweir.local.process.ServiceSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HangWatchTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration START = Duration.ofMinutes(5);
  private static final Duration ROUND = Duration.ofSeconds(1);

  @TempDir Path directory;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private boolean pulse = true;
  private Service service;
  private StackLock lock;
  private HangWatch watch;

  @BeforeEach
  void setUp() {
    var command = List.of("sh", "-c", "exec sleep 60");
    var scratch = directory.resolve("tmp");
    service =
        new Service(
            new ServiceSpec("role", command, Map.of(), scratch, List.of(), () -> true, () -> pulse),
            directory.resolve("run"),
            directory.resolve("logs"));
    lock = new StackLock(directory.resolve("lock"));
    watch = new HangWatch(List.of(service), lock, () -> now, LIMIT, Runnable::run);
    service.start();
  }

  @AfterEach
  void stopWhatRuns() {
    service.stop(LIMIT);
  }

  @Test
  void shouldEndAProcessThatGivesNoAnswerForTooLong() {
    pass(ROUND.multipliedBy(3));
    pulse = false;

    pass(LIMIT);
    assertThat(service.find().running()).isTrue();
    var process = service.find().process().orElseThrow();
    pass(ROUND.multipliedBy(2));

    process.onExit().join();
    assertThat(service.find().state()).as("for ProcessWatch").isEqualTo(PidFile.State.GONE);
  }

  @Test
  void shouldLeaveAProcessAloneThatAnswers() {
    pass(LIMIT.multipliedBy(10));

    assertThat(service.find().running()).isTrue();
  }

  @Test
  void shouldGiveAProcessLongerThatHasNotAnsweredYet() {
    pulse = false;

    pass(START);

    assertThat(service.find().running()).isTrue();
    var process = service.find().process().orElseThrow();
    pass(ROUND.multipliedBy(2));
    process.onExit().join();
    assertThat(service.find().running()).isFalse();
  }

  @Test
  void shouldGiveAProcessTwiceAsLongWhenItWasEndedBeforeItsFirstAnswer() {
    pulse = false;
    passUntilEnded(START);
    service.start();

    pass(START.multipliedBy(2));
    assertThat(service.find().running()).isTrue();
    passUntilEnded(ROUND);
    service.start();
    pulse = true;
    pass(ROUND.multipliedBy(3));
    service.kill();
    service.find().process().ifPresent(process -> process.onExit().join());
    service.start();
    pulse = false;
    passUntilEnded(START);

    assertThat(service.find().running()).as("it had answered meanwhile").isFalse();
  }

  @Test
  void shouldEndNothingWithoutALimit() {
    watch = new HangWatch(List.of(service), lock, () -> now, Duration.ZERO, Runnable::run);
    pass(ROUND.multipliedBy(3));
    pulse = false;

    pass(START.multipliedBy(2));

    assertThat(service.find().running()).isTrue();
  }

  @Test
  void shouldNotJudgeByTheTimeInWhichItDidNotRunItself() {
    pass(ROUND.multipliedBy(3));
    pulse = false;

    now = now.plus(Duration.ofHours(1));
    watch.round();
    pass(LIMIT);

    assertThat(service.find().running()).isTrue();
  }

  @Test
  void shouldNotJudgeByTheTimeOfAMachineThatGivesItFewTurns() {
    pass(ROUND.multipliedBy(3));
    pulse = false;
    pass(ROUND);

    for (int round = 0; round < 8; round++) {
      now = now.plus(ROUND.multipliedBy(4));
      watch.round();
    }
    var ended = service.find().process().orElseThrow().onExit();
    assertThatThrownBy(() -> ended.get(500, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);

    passUntilEnded(LIMIT);
  }

  @Test
  void shouldEndNothingWhenACommandIsAtWork() {
    pass(ROUND.multipliedBy(3));
    pulse = false;

    assertThat(lock.tryHolding(() -> pass(LIMIT.multipliedBy(2)))).isTrue();

    assertThat(service.find().running()).isTrue();
  }

  /** It must not take much longer than this. */
  private void passUntilEnded(Duration time) {
    var process = service.find().process().orElseThrow();
    pass(time.plus(ROUND.multipliedBy(2)));
    process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
  }

  /** A round a second. */
  private void pass(Duration time) {
    for (var end = now.plus(time); now.isBefore(end); ) {
      now = now.plus(ROUND);
      watch.round();
    }
  }
}
