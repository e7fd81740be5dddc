package io.streamweir.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.inference.testing.InferenceRig;
import io.streamweir.inference.testing.Request;
import io.streamweir.inference.testing.Responses;
import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.TokenChunk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the job relies on fails it: its checkpoints, its log, its transactions, the clock. */
class OutageITCase {

  private static final Duration A_FEW_CHECKPOINTS = Duration.ofMillis(500);
  private static final long ONE_HOUR_MS = 3_600_000;

  private static InferenceRig rig;
  private JobID job;
  private Responses responses;

  @BeforeAll
  static void startRig(@TempDir Path directory) throws Exception {
    rig = new InferenceRig(directory);
  }

  @AfterAll
  static void stopRig() throws Exception {
    rig.close();
  }

  @AfterEach
  void cancelJob() throws Exception {
    responses.close();
    rig.cancelJob(job);
  }

  @Test
  void shouldStreamOnAndCommitLaterWhenCheckpointsFail() throws Exception {
    deploy("disk", 2000, Map.of());
    var requests = requests("disk", "on", 8, 400);
    rig.send(requests);
    responses.await("tokens", () -> responses.chunks.size() > 20);
    rig.triggerCheckpoint(job);

    rig.breakCheckpoints(job);
    var failed = rig.failedCheckpoints(job);
    responses.await("failed checkpoints", () -> rig.failedCheckpoints(job) > failed + 3);
    var late = requests("disk", "late", 3, 20);
    rig.send(late);
    responses.await("last chunks", () -> late.stream().allMatch(responses::streamEnded));
    assertThat(responses.results).extracting("requestId").doesNotContain("late-0");
    rig.mendCheckpoints(job);

    requests.addAll(late);
    responses.awaitEnded(requests);
    requests.forEach(responses::assertCompleted);
    assertThat(rig.restarts(job)).as("restarts of the task").isZero();
  }

  @Test
  void shouldStartStreamsOverWhenTheTokenLogIsTruncatedBehindTheSavepoint() throws Exception {
    deploy("truncated", 3000, Map.of());
    var requests = requests("truncated", "on", 6, 2000);
    rig.send(requests);
    responses.await("tokens", () -> responses.chunks.size() > 100);
    var savepoint = rig.stopWithSavepoint(job);
    rig.truncateTokens();

    job = rig.run("truncated", 1, savepoint, 200, Map.of());

    responses.awaitEnded(requests);
    requests.forEach(responses::assertCompleted);
    for (var request : requests) {
      assertThat(responses.chunks(request))
          .as("chunks of %s", request.id())
          .filteredOn(chunk -> chunk.getKind() == ChunkKind.RESET)
          .hasSize(1);
    }
  }

  @Test
  void shouldLoseOnlyWhatTheBrokerAbortedWhenARecoveryOutlastsTheTransactionTimeout()
      throws Exception {
    deploy(
        "aborted",
        3000,
        Map.of("checkpoint.interval", "1 h", "execution.checkpointing.min-pause", "1 h"));
    var ended = requests("aborted", "ended", 3, 20);
    var underWay = requests("aborted", "under-way", 1, 5000);
    rig.send(underWay);
    rig.send(ended);
    responses.await("last chunks", () -> ended.stream().allMatch(responses::streamEnded));
    var savepoint = rig.cancelBeforeCommit(job);
    rig.abortTransactions("aborted");

    job = rig.run("aborted", 1, savepoint, 200, Map.of());

    responses.awaitEnded(underWay);
    underWay.forEach(responses::assertCompleted);
    responses.awaitQuiet(A_FEW_CHECKPOINTS);
    assertThat(rig.restarts(job)).as("restarts of the task").isZero();
    assertThat(responses.results).as("what reconcile finds missing").hasSize(1);
    assertThat(responses.usage).hasSize(1);
  }

  @Test
  void shouldBeHeardWhenThePredecessorsClockWasAhead() throws Exception {
    deploy("clock", 3000, Map.of());
    var requests = requests("clock", "on", 6, 2000);
    rig.send(requests);
    responses.await("tokens", () -> responses.chunks.size() > 100);
    var savepoint = rig.stopWithSavepoint(job);
    var ahead = System.currentTimeMillis() + ONE_HOUR_MS;
    rig.claim("clock", ahead, requests);

    job = rig.run("clock", 1, savepoint, 200, Map.of());

    responses.awaitEnded(requests);
    requests.forEach(responses::assertCompleted);
    assertThat(requests)
        .extracting(responses::lastChunk)
        .extracting(TokenChunk::getIncarnation)
        .allMatch(incarnation -> incarnation > ahead);
  }

  @Test
  void shouldGoOnWhenTheBrokerWasAwayForLongerThanRecordsWaitForIt() throws Exception {
    deploy("away", 3000, Map.of("kafka.patience", "2 s"));
    var requests = requests("away", "on", 6, 2000);
    rig.send(requests);
    responses.await("tokens", () -> responses.chunks.size() > 100);

    rig.stopBroker();
    try {
      responses.await("a restart", () -> rig.restarts(job) > 0);
    } finally {
      rig.startBroker();
    }

    responses.awaitEnded(requests);
    responses.awaitQuiet(A_FEW_CHECKPOINTS);
    requests.forEach(responses::assertCompleted);
    assertThat(responses.results).hasSize(requests.size());
    assertThat(responses.usage).hasSize(requests.size());
  }

  private void deploy(String deployment, int stepMicros, Map<String, String> settings)
      throws Exception {
    rig.createDispatchTopics(deployment);
    responses = rig.responses(deployment);
    job = rig.run(deployment, 1, null, stepMicros, settings);
  }

  private static List<Request> requests(String deployment, String id, int count, int maxTokens) {
    return new ArrayList<>(
        IntStream.range(0, count)
            .mapToObj(i -> Request.online(deployment, id + "-" + i, maxTokens))
            .toList());
  }
}
