package io.streamweir.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.local.process.Service;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.UsageRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was accepted is answered once and billed once, though every process dies in between. */
class CrashITCase {

  private static final int PORTS_OFFSET = 22_000;
  private static final int TOKENS = 400;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Longer than a TaskManager may be silent. */
  private static final Duration WITHOUT_JOBMANAGER = Duration.ofSeconds(8);

  /** Shorter than it takes to replace a JobManager that hangs. */
  private static final Duration SOON = Duration.ofSeconds(15);

  @TempDir Path directory;

  @Test
  void shouldAnswerAndBillOnceWhenProcessesAreKilled() throws Exception {
    try (var stack = RunningStack.start(directory, PORTS_OFFSET)) {
      var keys = new LinkedHashSet<RequestKey>();
      keys.addAll(send(stack, 12));

      stack.kill("taskmanager-1");
      stack.up();
      keys.addAll(send(stack, 12));

      for (var service : stack.stack().services().all()) {
        stack.kill(service.name());
      }
      assertThat(stack.stack().services().all()).noneMatch(Service::serves);
      stack.up();
      assertThat(stack.stack().services().all()).allMatch(Service::serves);
      refuseToRescaleBeyondTheSlots(stack);
      keys.addAll(askWhileThereIsNoJobManager(stack));
      keys.addAll(send(stack, 4));
      killTheJobManagerWhileAJobStops(stack);

      try (var results = stack.results();
          var usage = stack.usage()) {
        var ours = results.await(keys.size(), result -> keys.contains(key(result)));
        var bills = usage.await(keys.size(), record -> keys.contains(key(record)));
        assertThat(ours)
            .allMatch(result -> result.getStatus() == ResultStatus.COMPLETED)
            .extracting(CrashITCase::key)
            .containsExactlyInAnyOrderElementsOf(keys);
        assertThat(bills)
            .allMatch(record -> record.getUsage().getCompletionTokens() == TOKENS)
            .extracting(CrashITCase::key)
            .containsExactlyInAnyOrderElementsOf(keys);
        for (var result : ours) {
          assertThat(
                  stack.tokens(key(result)).stream()
                      .flatMap(chunk -> chunk.getTokenIds().stream())
                      .toList())
              .isEqualTo(result.getTokenIds());
        }
      }
      var books = stack.reconcile();
      assertThat(books.differences()).isEmpty();
      assertThat(books.open()).isZero();
      assertThat(books.requests()).isGreaterThanOrEqualTo(keys.size());
    }
  }

  private static void refuseToRescaleBeyondTheSlots(RunningStack stack) {
    var before = stack.inferenceJob();

    assertThatThrownBy(() -> stack.rescale(5))
        .hasMessageContaining("needs 5 slots, but of 4 slots only 3 are free for it");

    assertThat(stack.inferenceJob()).isPresent().isEqualTo(before);
  }

  /** The tasks go on until the next one is there. */
  private static Set<RequestKey> askWhileThereIsNoJobManager(RunningStack stack) throws Exception {
    var keys = new LinkedHashSet<RequestKey>();
    stack.freeze("jobmanager");
    var longest = Duration.ZERO;
    var begin = System.nanoTime();
    while (System.nanoTime() - begin < WITHOUT_JOBMANAGER.toNanos()) {
      var asked = System.nanoTime();
      var key = stack.send(RunningStack.generating(TOKENS).build());
      keys.add(key);
      stack.tokens(key);
      var took = Duration.ofNanos(System.nanoTime() - asked);
      longest = took.compareTo(longest) > 0 ? took : longest;
    }
    stack.kill("jobmanager");

    assertThat(longest).as("longest answer").isLessThan(SOON);
    stack.awaitServes("jobmanager", PATIENCE);
    stack.awaitReplicas(1, PATIENCE);
    return keys;
  }

  /** The savepoint is complete and committed, but the job has not ended. */
  private static void killTheJobManagerWhileAJobStops(RunningStack stack) {
    var rescaling = CompletableFuture.runAsync(() -> stack.rescale(2));
    stack.awaitSavepoint(PATIENCE);
    stack.kill("jobmanager");

    assertThat(rescaling).failsWithin(PATIENCE);
    stack.awaitReplicas(2, PATIENCE);
    assertThat(stack.stack().data().jobMemory().stopping()).isEmptyDirectory();
  }

  private static Set<RequestKey> send(RunningStack stack, int count) throws Exception {
    var keys = new LinkedHashSet<RequestKey>();
    for (int i = 0; i < count; i++) {
      keys.add(stack.send(RunningStack.generating(TOKENS).setOffline(i % 2 == 0).build()));
    }
    return keys;
  }

  private static RequestKey key(InferenceResult result) {
    return new RequestKey(result.getTenant(), result.getRequestId());
  }

  private static RequestKey key(UsageRecord record) {
    return new RequestKey(record.getTenant(), record.getRequestId());
  }
}
