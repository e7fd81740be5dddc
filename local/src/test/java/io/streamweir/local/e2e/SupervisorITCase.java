package io.streamweir.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.client.TokenTail;
import io.streamweir.local.process.Service;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.UsageRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes die with requests in flight, and nobody does anything about it but the supervisor. */
class SupervisorITCase {

  private static final int PORTS_OFFSET = 24_000;
  private static final int TOKENS = 200;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void shouldAnswerAndBillOnceWhenProcessesAreKilledAndNobodyRepairs() throws Exception {
    try (var stack = RunningStack.start(directory, PORTS_OFFSET);
        var results = stack.results();
        var usage = stack.usage()) {
      var keys = new LinkedHashSet<RequestKey>();
      for (var victim : new String[] {"taskmanager-1", "jobmanager", "kafka", "gateway"}) {
        var inFlight = send(stack, 6);
        keys.addAll(inFlight);
        awaitToken(stack, inFlight.iterator().next());
        var begin = System.nanoTime();

        stack.kill(victim);

        var probe = stack.send(RunningStack.generating(1).build());
        keys.add(probe);
        awaitToken(stack, probe);
        var answered = System.nanoTime() - begin;
        stack.awaitServes(victim, TIMEOUT);
        results.await(keys.size(), result -> keys.contains(key(result)));
        System.out.printf(
            "%s killed: a new request is answered after %d ms, all are after %d ms%n",
            victim,
            Duration.ofNanos(answered).toMillis(),
            Duration.ofNanos(System.nanoTime() - begin).toMillis());
      }

      var ours = results.await(keys.size(), result -> keys.contains(key(result)));
      var bills = usage.await(keys.size(), record -> keys.contains(key(record)));
      assertThat(ours)
          .allMatch(result -> result.getStatus() == ResultStatus.COMPLETED)
          .extracting(SupervisorITCase::key)
          .containsExactlyInAnyOrderElementsOf(keys);
      assertThat(bills).extracting(SupervisorITCase::key).containsExactlyInAnyOrderElementsOf(keys);
      for (var result : ours) {
        assertThat(
                stack.tokens(key(result)).stream()
                    .flatMap(chunk -> chunk.getTokenIds().stream())
                    .toList())
            .isEqualTo(result.getTokenIds());
      }
      assertThat(stack.stack().services().all()).allMatch(Service::serves);
    }
  }

  private static void awaitToken(RunningStack stack, RequestKey key) {
    try (var tail = TokenTail.open(stack.stack().clientOptions(), key)) {
      assertThat(tail.next(TIMEOUT)).as("a token of %s", key).isPresent();
    }
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
