package io.streamweir.router.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class SharedLoadsTest {

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<String> loads = new ArrayList<>();
  private final List<String> disposals = new ArrayList<>();
  private boolean failing;
  private long nowMs;

  private final SharedLoads<String> shared =
      new SharedLoads<>(this::load, disposals::add, tasks::add, () -> Instant.ofEpochMilli(nowMs));

  private String load(String name) {
    loads.add(name);
    if (failing) {
      throw new IllegalArgumentException("no " + name);
    }
    return "text of " + name;
  }

  private void runTasks() {
    for (var task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  @Test
  void shouldLoadOnceAndElsewhereWhenSeveralAskAtOnce() {
    var first = shared.acquire("m");
    var second = shared.acquire("m");
    assertThat(first.loaded()).isNotDone();

    runTasks();

    assertThat(first.loaded()).isCompletedWithValue("text of m");
    assertThat(second.loaded()).isCompletedWithValue("text of m");
    assertThat(loads).containsExactly("m");
  }

  @Test
  void shouldDisposeWhenLastUserLetsGo() {
    var first = shared.acquire("m");
    var second = shared.acquire("m");
    runTasks();

    first.close();
    first.close();
    assertThat(disposals).isEmpty();
    second.close();

    assertThat(disposals).containsExactly("text of m");
    shared.acquire("m");
    runTasks();
    assertThat(loads).containsExactly("m", "m");
  }

  @Test
  void shouldDisposeWhenLoadEndsAfterTheLastUserLeft() {
    shared.acquire("m").close();

    runTasks();

    assertThat(disposals).containsExactly("text of m");
  }

  @Test
  void shouldTryAgainAfterAPauseWhenLoadFailed() {
    failing = true;
    var holder = shared.acquire("m");
    runTasks();
    assertThatThrownBy(() -> holder.loaded().join()).hasMessageContaining("no m");

    nowMs = 1_999;
    assertThat(shared.acquire("m").loaded()).isCompletedExceptionally();
    runTasks();
    assertThat(loads).hasSize(1);

    failing = false;
    nowMs = 2_000;
    var later = shared.acquire("m");
    runTasks();
    assertThat(later.loaded()).isCompletedWithValue("text of m");
    assertThat(loads).hasSize(2);
  }
}
