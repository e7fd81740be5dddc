package io.streamweir.local.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.local.flink.FlinkException;
import io.streamweir.local.flink.JobManagerStub;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JobManager may die at each of these moments. */
class SavepointStopTest {

  private static final String SAVED =
      "{\"status\": {\"id\": \"COMPLETED\"}, \"operation\": {\"location\": \"file:/s\"}}";
  private static final String FAILED =
      "{\"status\": {\"id\": \"COMPLETED\"}, \"operation\": {\"failure-cause\": {\"stack-trace\": \"too late\"}}}";

  /** From the answer that the job has ended to the end of its files. */
  private static final Executor MOMENT =
      CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS);

  @TempDir Path directory;
  private final List<String> markedAt = new CopyOnWriteArrayList<>();
  private JobManagerStub jobManager;
  private JobMemory memory;

  @BeforeEach
  void runAJob() throws IOException {
    memory = new JobMemory(directory.resolve("ha"), directory.resolve("stopping"));
    Files.createDirectories(directory.resolve("ha/jobs"));
    Files.createFile(directory.resolve("ha/jobs/a"));
    jobManager = new JobManagerStub();
    jobManager.answer("/jobs/overview", () -> jobs("RUNNING"));
    jobManager.answer("/jobs/a", () -> tasks("RUNNING"));
    jobManager.answer("/jobs/a/stop", () -> look("stop", "{\"request-id\": \"r\"}"));
  }

  @AfterEach
  void close() {
    jobManager.close();
  }

  @Test
  void shouldKeepTheMarkFromBeforeTheStopUntilTheJobIsForgotten() {
    jobManager.answer("/jobs/a/savepoints/r", () -> look("savepoint", SAVED));
    var looks = new AtomicInteger();
    jobManager.answer(
        "/jobs/overview",
        () -> {
          var look = looks.incrementAndGet();
          var answer = look("jobs " + look, jobs(look < 3 ? "RUNNING" : "FINISHED"));
          if (look == 3) {
            CompletableFuture.runAsync(this::forget, MOMENT);
          }
          return answer;
        });

    stop();

    assertThat(markedAt).containsExactly("stop", "savepoint", "jobs 2", "jobs 3", "ended");
    assertThat(memory.stopping()).isEmptyDirectory();
  }

  @Test
  void shouldAskForNoSavepointBeforeAllTasksRun() {
    var looks = new AtomicInteger();
    var looksBefore = new AtomicInteger();
    jobManager.answer(
        "/jobs/a", () -> tasks(looks.incrementAndGet() < 3 ? "INITIALIZING" : "RUNNING"));
    jobManager.answer(
        "/jobs/a/stop",
        () -> {
          looksBefore.set(looks.get());
          return "{\"request-id\": \"r\"}";
        });
    jobManager.answer("/jobs/a/savepoints/r", () -> FAILED);

    assertThatThrownBy(this::stop).hasMessageContaining("too late");

    assertThat(looksBefore).hasValue(3);
  }

  @Test
  void shouldLeaveTheMarkWhenTheStopFails() {
    jobManager.answer("/jobs/a/savepoints/r", () -> FAILED);

    assertThatThrownBy(this::stop).isInstanceOf(FlinkException.class).hasMessageContaining("late");

    assertThat(memory.forgetIfStopping()).isTrue();
  }

  private void stop() {
    new SavepointStop(jobManager.client(), memory).stop("job", directory.resolve("checkpoints"));
  }

  private void forget() {
    look("ended", "");
    try {
      Files.delete(directory.resolve("ha/jobs/a"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String look(String moment, String answer) {
    if (Files.exists(memory.stopping().resolve("a"))) {
      markedAt.add(moment);
    }
    return answer;
  }

  private static String tasks(String state) {
    return "{\"vertices\": [{\"parallelism\": 2, \"tasks\": {\"%s\": 2}}]}".formatted(state);
  }

  private static String jobs(String state) {
    return "{\"jobs\": [{\"jid\": \"a\", \"name\": \"job\", \"state\": \"%s\"}]}".formatted(state);
  }
}
