package io.streamweir.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.local.process.Service;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.UsageRecord;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What was accepted is answered once and billed once, though every process dies in between. The
 * first of those that share the stack: it leaves it as whole as it found it.
 */
@ExtendWith(SharedStack.class)
@Order(2)
class CrashITCase {

  private static final int TOKENS = 400;

  /** Few, so that a silence is longer than an answer on the slowest machine. */
  private static final int TOKENS_WITHOUT_JOBMANAGER = 40;

  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** Longer than a TaskManager may be silent, and than a task waits for an answer elsewhere. */
  private static final Duration WITHOUT_JOBMANAGER = Duration.ofSeconds(12);

  /** Shorter than it takes to replace a JobManager that hangs. */
  private static final Duration SOON = Duration.ofSeconds(15);

  private final RunningStack stack;
  private final Map<RequestKey, Integer> sent = new HashMap<>();

  CrashITCase(RunningStack stack) {
    this.stack = stack;
  }

  @Test
  void shouldAnswerAndBillOnceWhenProcessesAreKilled() throws Exception {
    send(12);

    stack.kill("taskmanager-1");
    stack.up();
    send(12);

    for (var service : stack.stack().services().all()) {
      stack.kill(service.name());
    }
    assertThat(stack.stack().services().all()).noneMatch(Service::serves);
    stack.up();
    for (var service : stack.stack().services().all()) {
      stack.awaitServes(service.name(), PATIENCE);
    }
    refuseToRescaleBeyondTheSlots();
    askTheJobManagerToEnd();
    askWhileThereIsNoJobManager();
    send(4);
    killTheJobManagerWhileAJobStops();
    stack.rescale(1);

    try (var results = stack.results();
        var usage = stack.usage()) {
      var ours = results.await(sent.size(), result -> sent.containsKey(key(result)));
      var bills = usage.await(sent.size(), record -> sent.containsKey(key(record)));
      assertThat(ours)
          .allMatch(result -> result.getStatus() == ResultStatus.COMPLETED)
          .extracting(CrashITCase::key)
          .containsExactlyInAnyOrderElementsOf(sent.keySet());
      assertThat(bills)
          .allMatch(record -> record.getUsage().getCompletionTokens() == sent.get(key(record)))
          .extracting(CrashITCase::key)
          .containsExactlyInAnyOrderElementsOf(sent.keySet());
      var tokens = stack.tokens(sent.keySet());
      for (var result : ours) {
        assertThat(
                tokens.get(key(result)).stream()
                    .flatMap(chunk -> chunk.getTokenIds().stream())
                    .toList())
            .isEqualTo(result.getTokenIds());
      }
    }
    var books = stack.reconcile();
    assertThat(books.differences()).isEmpty();
    assertThat(books.open()).isZero();
    assertThat(books.requests()).isGreaterThanOrEqualTo(sent.size());
  }

  private void refuseToRescaleBeyondTheSlots() {
    var before = stack.inferenceJob();

    assertThatThrownBy(() -> stack.rescale(5))
        .hasMessageContaining("needs 5 slots, but of 4 slots only 3 are free for it");

    assertThat(stack.inferenceJob()).isPresent().isEqualTo(before);
  }

  /** Tasks whose JobManager no longer says that it leads would end. */
  private void askTheJobManagerToEnd() {
    var leaders = stack.stack().data().highAvailability().resolve("leaders");
    var before = leaders.toFile().list();

    stack.askToEnd("jobmanager");

    assertThat(before).isNotEmpty();
    assertThat(leaders.toFile().list()).containsExactlyInAnyOrder(before);
    stack.awaitServes("jobmanager", PATIENCE);
    stack.awaitJobs(2, PATIENCE);
  }

  /** The tasks go on until the next one is there. */
  private void askWhileThereIsNoJobManager() throws Exception {
    stack.freeze("jobmanager");
    var longest = Duration.ZERO;
    var begin = System.nanoTime();
    while (System.nanoTime() - begin < WITHOUT_JOBMANAGER.toNanos()) {
      var asked = System.nanoTime();
      stack.tokens(send(RunningStack.generating(TOKENS_WITHOUT_JOBMANAGER)));
      var took = Duration.ofNanos(System.nanoTime() - asked);
      longest = took.compareTo(longest) > 0 ? took : longest;
    }
    stack.kill("jobmanager");

    assertThat(longest).as("longest answer").isLessThan(SOON);
    stack.awaitServes("jobmanager", PATIENCE);
    stack.awaitReplicas(1, PATIENCE);
  }

  /** The savepoint is complete and committed, but the job has not ended. */
  private void killTheJobManagerWhileAJobStops() {
    var rescaling = CompletableFuture.runAsync(() -> stack.rescale(2));
    stack.awaitSavepoint(PATIENCE);
    stack.kill("jobmanager");

    assertThat(rescaling).failsWithin(PATIENCE);
    stack.awaitReplicas(2, PATIENCE);
    assertThat(stack.stack().data().jobMemory().stopping()).isEmptyDirectory();
  }

  private void send(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      send(RunningStack.generating(TOKENS).setOffline(i % 2 == 0));
    }
  }

  private RequestKey send(InferenceRequest.Builder request) throws Exception {
    var key = stack.send(request.build());
    sent.put(key, request.getSampling().getMaxTokens());
    return key;
  }

  private static RequestKey key(InferenceResult result) {
    return new RequestKey(result.getTenant(), result.getRequestId());
  }

  private static RequestKey key(UsageRecord record) {
    return new RequestKey(record.getTenant(), record.getRequestId());
  }
}
