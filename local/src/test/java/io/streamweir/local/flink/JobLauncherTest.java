package io.streamweir.local.flink;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.local.terminal.WeirException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobLauncherTest {

  private JobManagerStub jobManager;
  private JobLauncher launcher;

  @BeforeEach
  void open() throws IOException {
    jobManager = new JobManagerStub();
    launcher = new JobLauncher(jobManager.client());
    jobManager
        .answer("/overview", () -> "{\"slots-total\": 4, \"slots-available\": 1}")
        .answer(
            "/jobs/overview",
            () -> "{\"jobs\": [{\"jid\": \"a\", \"name\": \"job\", \"state\": \"RUNNING\"}]}");
  }

  @AfterEach
  void close() {
    jobManager.close();
  }

  @Test
  void shouldCountTheSlotsThatTheJobGivesBack() {
    jobWithTasks("RUNNING");

    assertThatCode(() -> launcher.awaitSlots("job", 3, Duration.ZERO)).doesNotThrowAnyException();
  }

  @Test
  void shouldSayHowManyThereAreAndHowToGetMore() {
    jobWithTasks("RUNNING");

    assertThatThrownBy(() -> launcher.awaitSlots("job", 4, Duration.ZERO))
        .isInstanceOf(WeirException.class)
        .hasMessageContaining("needs 4 slots, but of 4 slots only 3 are free for it")
        .hasMessageContaining("--set taskmanagers=N");
  }

  @Test
  void shouldNotCountTheSlotsOfAJobTwiceWhileItsTasksHaveNone() {
    jobWithTasks("SCHEDULED");

    assertThatThrownBy(() -> launcher.awaitSlots("job", 3, Duration.ZERO))
        .hasMessageContaining("only 1 are free for it");
  }

  private void jobWithTasks(String state) {
    var vertices =
        "{\"vertices\": [{\"parallelism\": 1, \"tasks\": {\"%s\": 1}}, {\"parallelism\": 2, \"tasks\": {\"%s\": 2}}]}"
            .formatted(state, state);
    jobManager.answer("/jobs/a", () -> vertices);
  }
}
