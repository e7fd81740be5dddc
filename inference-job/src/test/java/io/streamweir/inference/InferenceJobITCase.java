package io.streamweir.inference;

import static io.streamweir.inference.testing.ScriptedRunner.FAILS_TASK_ONCE;
import static io.streamweir.inference.testing.ScriptedRunner.KILLS_ENGINE;
import static io.streamweir.inference.testing.ScriptedRunner.KILLS_ENGINE_ONCE;
import static io.streamweir.inference.testing.ScriptedRunner.NOT_A_NUMBER;
import static io.streamweir.inference.testing.ScriptedRunner.RANDOM;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.inference.lanes.LaneRegistry;
import io.streamweir.inference.testing.InferenceRig;
import io.streamweir.inference.testing.Request;
import io.streamweir.inference.testing.Responses;
import io.streamweir.inference.testing.ScriptedAnswer;
import io.streamweir.inference.testing.ScriptedRunner;
import io.streamweir.schemas.ChatAnswer;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.ReplicaStatus;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.ToolCall;
import io.streamweir.text.output.OutputEvent;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole job on a real broker and a real Flink cluster, with a scripted model. */
class InferenceJobITCase {

  /** Longer than a checkpoint and its commit, so that what is too much would have been seen. */
  private static final Duration A_FEW_CHECKPOINTS = Duration.ofMillis(500);

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
    assertThat(LaneRegistry.size()).as("lanes of ended subtasks in the registry").isZero();
  }

  @Test
  void shouldAnswerEachRequestOnceWhenBothLanesFlow() throws Exception {
    deploy("flow", 2, 500, Map.of());
    var requests = concat(online("flow", 40, 20), offline("flow", 40, 20));
    rig.send(requests);

    responses.awaitEnded(requests);

    requests.forEach(responses::assertCompleted);
    assertThat(responses.results).hasSize(requests.size());
    assertThat(responses.usage).hasSize(requests.size());
    assertThat(rig.vertices(job)).as("the chain of tokens, and the transactions").hasSize(2);
  }

  @Test
  void shouldLeaveTheOfflineBacklogInKafkaWhileOnlineFlows() throws Exception {
    deploy(
        "backlog", 1, 1000, Map.of("engine.max.running", "8", "engine.offline.beside.online", "2"));
    // So long that none ends meanwhile, which would let the next one in.
    var backlog = offline("backlog", 1000, 50_000);
    rig.send(backlog);
    responses.await("offline work running", () -> lastStatus(0).getRunning() >= 8);

    var before = rig.completedCheckpoints(job);
    for (int round = 0; round < 5; round++) {
      var wave = List.of(Request.online("backlog", "wave-" + round, 20));
      rig.send(wave);
      responses.awaitEnded(wave);
      wave.forEach(responses::assertCompleted);
    }

    assertThat(rig.completedCheckpoints(job)).isGreaterThan(before + 3);
    responses.await(
        "the online offset in Kafka", () -> rig.reportedOffset("backlog", Lane.ONLINE) == 5);
    assertThat(rig.reportedOffset("backlog", Lane.OFFLINE))
        .as("offline requests taken from Kafka, of %d", backlog.size())
        .isBetween(8L, 32L);
    assertThat(responses.ended(backlog.subList(0, 1))).isFalse();
  }

  @Test
  void shouldRestWhileBothLanesAreClosedOnABacklog() throws Exception {
    var endlessStep = Integer.MAX_VALUE;
    deploy(
        "rest",
        1,
        endlessStep,
        Map.of(
            "waiting.requests", "4", "checkpoint.interval", "500 ms", "status.interval", "500 ms"));
    rig.send(concat(online("rest", 200, 5), offline("rest", 200, 5)));
    responses.await("a full waiting room", () -> lastStatus(0).getOnlineWaiting() == 4);
    responses.awaitQuiet(A_FEW_CHECKPOINTS);

    var checkpoints = rig.completedCheckpoints(job);
    var before = taskCpuMillis();
    responses.awaitQuiet(Duration.ofSeconds(2));

    assertThat(taskCpuMillis() - before).as("CPU of the task in 2 s, ms").isLessThan(500);
    responses.await("checkpoints", () -> rig.completedCheckpoints(job) > checkpoints + 3);
  }

  private static long taskCpuMillis() {
    var threads = ManagementFactory.getThreadMXBean();
    var nanos =
        Arrays.stream(threads.getAllThreadIds())
            .filter(id -> threads.getThreadInfo(id) != null)
            .filter(id -> threads.getThreadInfo(id).getThreadName().contains("lanes -> infer"))
            .map(threads::getThreadCpuTime)
            .sum();
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  @Test
  void shouldHoldOnlineRequestsInKafkaWhenTheWaitingRoomIsFull() throws Exception {
    deploy("room", 1, 2000, Map.of("engine.max.running", "2", "waiting.requests", "4"));
    var requests = online("room", 100, 40);
    rig.send(requests);

    responses.awaitEnded(requests);

    requests.forEach(responses::assertCompleted);
    assertThat(responses.statuses).extracting(ReplicaStatus::getOnlineWaiting).contains(4);
    assertThat(responses.statuses).allMatch(status -> status.getOnlineWaiting() <= 4);
    assertThat(responses.statuses).extracting(ReplicaStatus::getReproducible).contains(true);
  }

  @Test
  void shouldEndAsCancelledWhenTheCancelComesBeforeOrInTheMiddleButNotAfter() throws Exception {
    deploy("cancel", 1, 1000, Map.of());
    var early = Request.online("cancel", "early", 20);
    var middle = Request.online("cancel", "middle", 50_000);
    var late = Request.online("cancel", "late", 5);
    rig.cancel(early, "changed my mind");
    rig.send(List.of(middle, late));
    responses.await("some tokens", () -> responses.chunkCount(middle) > 10);
    responses.awaitEnded(List.of(late));
    rig.cancel(middle, "enough");
    rig.cancel(late, "too late");
    responses.awaitEnded(List.of(middle));
    rig.send(List.of(early));
    responses.awaitEnded(List.of(early, middle, late));
    responses.awaitQuiet(A_FEW_CHECKPOINTS);

    assertEnded(early, ResultStatus.CANCELLED, "cancelled", 499);
    assertThat(responses.tokens(early)).isEmpty();
    assertThat(responses.result(early).getError().getMessage()).contains("changed my mind");
    assertEnded(middle, ResultStatus.CANCELLED, "cancelled", 499);
    assertThat(responses.usage(middle).getUsage().getCompletionTokens())
        .isEqualTo(responses.tokens(middle).size())
        .isBetween(10, 49_999);
    responses.assertCompleted(late);
  }

  @Test
  void shouldEndAsExpiredWhenTheDeadlinePasses() throws Exception {
    deploy("deadline", 1, 1000, Map.of());
    var now = System.currentTimeMillis();
    var past = Request.online("deadline", "past", 20).withDeadline(now - 1);
    var soon = Request.online("deadline", "soon", 50_000).withDeadline(now + 3000);
    var calm = Request.online("deadline", "calm", 20).withDeadline(now + 3_600_000);
    rig.send(List.of(past, soon, calm));

    responses.awaitEnded(List.of(past, soon, calm));

    assertEnded(past, ResultStatus.EXPIRED, "deadline_expired", 408);
    assertThat(responses.tokens(past)).isEmpty();
    assertThat(responses.lastChunk(past).getEngineSubmittedAtUs()).isZero();
    assertEnded(soon, ResultStatus.EXPIRED, "deadline_expired", 408);
    responses.assertCompleted(calm);
  }

  @Test
  void shouldGoOnWithEveryRequestWhenTheEngineFails() throws Exception {
    deploy("engine", 1, 1000, Map.of());
    var requests = online("engine", 10, 60);
    var breaker = Request.online("engine", "breaker", 30).ofKind(KILLS_ENGINE_ONCE);
    rig.send(requests);
    responses.await("tokens", () -> responses.chunks.size() > 20);
    rig.send(List.of(breaker));

    responses.awaitEnded(concat(requests, List.of(breaker)));

    concat(requests, List.of(breaker)).forEach(responses::assertCompleted);
    assertThat(responses.result(breaker).getAttempt()).isEqualTo(2);
    assertThat(rig.restarts(job)).as("restarts of the task").isZero();
  }

  @Test
  void shouldEndOnlyTheCulpritWhenARequestKillsEveryEngine() throws Exception {
    deploy("poison", 1, 1000, Map.of("engine.restart.backoff.max", "100 ms"));
    var neighbours = online("poison", 6, 200);
    var poison = Request.online("poison", "poison", 30).ofKind(KILLS_ENGINE);
    rig.send(neighbours);
    responses.await("tokens", () -> responses.chunks.size() > 20);
    rig.send(List.of(poison));

    responses.awaitEnded(concat(neighbours, List.of(poison)));

    assertEnded(poison, ResultStatus.ERROR, "engine_error", 500);
    neighbours.forEach(responses::assertCompleted);
    assertThat(rig.restarts(job)).as("restarts of the task").isZero();
  }

  @Test
  void shouldEndOnlyTheRequestWhenItCannotBeComputed() throws Exception {
    deploy("bad", 1, 500, Map.of());
    var neighbours = online("bad", 4, 30);
    var nan = Request.online("bad", "nan", 30).ofKind(NOT_A_NUMBER);
    var foreign = Request.online("bad", "foreign", 30).ofKind(ScriptedRunner.VOCABULARY + 5);
    rig.send(concat(neighbours, List.of(nan, foreign)));

    responses.awaitEnded(concat(neighbours, List.of(nan, foreign)));

    assertEnded(nan, ResultStatus.ERROR, "engine_numeric_error", 500);
    assertEnded(foreign, ResultStatus.ERROR, "invalid_request", 400);
    neighbours.forEach(responses::assertCompleted);
  }

  @Test
  void shouldMakeADeadLetterOfEachRecordThatIsNoRequest() throws Exception {
    deploy("junk", 1, 500, Map.of());
    var requests = online("junk", 4, 10);
    rig.sendBytes("junk", Lane.ONLINE, "no avro".getBytes(StandardCharsets.UTF_8));
    rig.sendBytes("junk", Lane.OFFLINE, new byte[] {0, 0, 0, 99, 99, 1, 2, 3});
    rig.sendBytes("junk", Lane.ONLINE, null);
    rig.send(requests);

    responses.awaitEnded(requests);
    responses.await("dead letters", () -> responses.deadLetters.size() >= 3);
    responses.awaitQuiet(A_FEW_CHECKPOINTS);

    requests.forEach(responses::assertCompleted);
    assertThat(responses.deadLetters)
        .extracting("code")
        .containsExactlyInAnyOrder("undecodable_record", "unknown_schema_id", "undecodable_record");
    assertThat(rig.restarts(job)).as("restarts of the task").isZero();
  }

  @Test
  void shouldDropARequestThatIsDispatchedAgain() throws Exception {
    deploy("again", 1, 1000, Map.of());
    var requests = online("again", 5, 200);
    rig.send(requests);
    responses.await("tokens", () -> responses.chunks.size() > 5);
    rig.send(requests);
    responses.awaitEnded(requests);
    rig.send(requests);
    var last = List.of(Request.online("again", "last", 10));
    rig.send(last);
    responses.awaitEnded(last);
    responses.awaitQuiet(A_FEW_CHECKPOINTS);

    requests.forEach(responses::assertCompleted);
    assertThat(responses.results).hasSize(6);
    assertThat(responses.usage).hasSize(6);
  }

  @Test
  void shouldIgnoreWhatAReplacedRouterDispatchesAlsoWhenRestored() throws Exception {
    deploy("fenced", 2, 200, Map.of());
    rig.mark("fenced", 20);
    var first = online("fenced", 20, 20);
    rig.sendFrom(20, first);
    responses.awaitEnded(first);
    var savepoint = rig.stopWithSavepoint(job);
    job = rig.run("fenced", 1, savepoint, 200, Map.of());
    // The same ids, so that the one is known to be read when the other has ended.
    var stale = IntStream.range(0, 20).mapToObj(i -> Request.online("fenced", "x" + i, 5)).toList();
    var valid = IntStream.range(0, 20).mapToObj(i -> Request.online("fenced", "x" + i, 9)).toList();
    rig.sendFrom(10, stale);
    rig.sendFrom(20, valid);

    responses.awaitEnded(concat(first, valid));
    responses.awaitQuiet(A_FEW_CHECKPOINTS);

    concat(first, valid).forEach(responses::assertCompleted);
    assertThat(responses.results).hasSize(40);
    assertThat(responses.usage).hasSize(40);
  }

  @Test
  void shouldLoseAndRepeatNothingWhenTasksFailInMidGeneration() throws Exception {
    deploy("failover", 2, 1000, Map.of());
    var requests = concat(online("failover", 30, 1500), offline("failover", 30, 1500));
    // However slow the machine, these are in flight when a task fails.
    var endless = endless("failover");
    rig.send(endless);
    rig.send(requests.subList(0, 50));
    responses.await("tokens", () -> responses.chunks.size() > 500);
    var breakers = new ArrayList<Request>();
    for (int i = 0; i < 3; i++) {
      var breaker = Request.online("failover", "breaker-" + i, 20).ofKind(FAILS_TASK_ONCE);
      breakers.add(breaker);
      // So that there is something to resume, however quick the machine.
      awaitCheckpoint();
      rig.send(List.of(breaker));
      responses.awaitEnded(List.of(breaker));
    }
    rig.send(requests.subList(50, 60));

    responses.awaitEnded(concat(requests, breakers));
    for (var request : endless) {
      rig.cancel(request, "enough");
    }
    responses.awaitEnded(endless);
    responses.awaitQuiet(A_FEW_CHECKPOINTS);

    assertThat(rig.restarts(job)).as("restarts of tasks").isGreaterThanOrEqualTo(3);
    concat(requests, breakers).forEach(responses::assertCompleted);
    endless.forEach(request -> assertEnded(request, ResultStatus.CANCELLED, "cancelled", 499));
    assertThat(responses.results).hasSize(63 + endless.size());
    assertThat(responses.usage).hasSize(63 + endless.size());
    var resumed =
        concat(requests, endless).stream()
            .filter(request -> responses.result(request).getAttempt() > 1)
            .toList();
    assertThat(resumed).as("requests that were in flight when a task failed").isNotEmpty();
    assertThat(resumed).allSatisfy(request -> assertIncarnationsGrow(responses.chunks(request)));
  }

  @Test
  void shouldContradictNothingWhenTheEngineIsRandomAndTasksFail() throws Exception {
    deploy("random", 2, 1000, Map.of());
    var requests =
        concat(online("random", 20, 1000), offline("random", 20, 300)).stream()
            .map(request -> request.ofKind(RANDOM))
            .toList();
    rig.send(requests);
    responses.await("tokens", () -> responses.chunks.size() > 500);
    for (int i = 0; i < 3; i++) {
      var breaker = Request.online("random", "breaker-" + i, 5).ofKind(FAILS_TASK_ONCE);
      awaitCheckpoint();
      rig.send(List.of(breaker));
      responses.awaitEnded(List.of(breaker));
    }

    responses.awaitEnded(requests);
    responses.awaitQuiet(A_FEW_CHECKPOINTS);

    assertThat(rig.restarts(job)).as("restarts of tasks").isGreaterThanOrEqualTo(3);
    for (var request : requests) {
      var result = responses.result(request);
      assertThat(responses.tokens(request))
          .as("tokens of %s, as first released", request.id())
          .isEqualTo(firstReleased(request))
          .isEqualTo(result.getTokenIds())
          .hasSize(request.maxTokens());
      assertThat(responses.usage(request).getUsage().getCompletionTokens())
          .isEqualTo(request.maxTokens());
      assertThat(responses.usage(request).getUsage().getReasoningTokens()).isEqualTo(10);
      assertThat(responses.answer(request))
          .as("answer of %s, as it was read", request.id())
          .isEqualTo(result.getAnswer())
          .isEqualTo(takenApart(request, result.getText()));
      assertThat(result.getAnswer().getToolCalls()).hasSize(request.maxTokens() / 10 - 2);
    }
    assertThat(responses.results).hasSize(requests.size() + 3);
  }

  /** By index, whatever was in the log first: what some reader may have shown already. */
  private List<Integer> firstReleased(Request request) {
    var first = new ArrayList<Integer>();
    for (var chunk : responses.chunks(request)) {
      for (int i = 0; i < chunk.getTokenIds().size(); i++) {
        if (chunk.getFirstIndex() + i == first.size()) {
          first.add(chunk.getTokenIds().get(i));
        }
      }
    }
    return first;
  }

  @Test
  void shouldStreamBeforeACheckpointAndCommitOnceAfterItWhenTheTaskFailsBetween() throws Exception {
    deploy(
        "commit",
        1,
        500,
        Map.of("checkpoint.interval", "1 h", "execution.checkpointing.min-pause", "1 h"));
    var requests = online("commit", 10, 20);
    rig.send(requests);
    responses.await("last chunks", () -> requests.stream().allMatch(responses::streamEnded));
    assertThat(rig.completedCheckpoints(job)).isZero();
    var breaker = Request.online("commit", "breaker", 5).ofKind(FAILS_TASK_ONCE);
    rig.send(List.of(breaker));
    responses.await("the breaker's last chunk", () -> responses.streamEnded(breaker));
    assertThat(rig.restarts(job)).as("restarts of the task").isEqualTo(1);
    assertThat(responses.results).isEmpty();

    rig.triggerCheckpoint(job);

    responses.awaitEnded(concat(requests, List.of(breaker)));
    responses.awaitQuiet(A_FEW_CHECKPOINTS);
    requests.forEach(responses::assertCompleted);
    assertThat(requests).as("known from the log").allMatch(r -> responses.timesStreamEnded(r) == 1);
    assertThat(responses.results).hasSize(11);
    assertThat(responses.usage).hasSize(11);
  }

  @Test
  void shouldGoOnAtAnotherParallelismWhenRestoredFromASavepoint() throws Exception {
    deploy("rescale", 3, 1000, Map.of("engine.max.running", "4"));
    var requests = concat(online("rescale", 30, 400), offline("rescale", 200, 20));
    rig.send(requests);
    responses.await("tokens", () -> responses.chunks.size() > 300);
    var savepoint = rig.stopWithSavepoint(job);
    var late = online("rescale", 40, 20).subList(30, 40);
    rig.send(late);
    job = rig.run("rescale", 2, savepoint, 200, Map.of());

    responses.awaitEnded(concat(requests, late));
    responses.awaitQuiet(A_FEW_CHECKPOINTS);

    concat(requests, late).forEach(responses::assertCompleted);
    assertThat(responses.results).hasSize(requests.size() + late.size());
    assertThat(responses.usage).hasSize(requests.size() + late.size());
    for (int replica = 0; replica < 2; replica++) {
      assertThat(lastStatus(replica).getOnlinePartitions()).hasSize(2);
      assertThat(lastStatus(replica).getOfflinePartitions()).hasSize(2);
    }
  }

  private void deploy(
      String deployment, int parallelism, int stepMicros, Map<String, String> settings)
      throws Exception {
    rig.createDispatchTopics(deployment);
    responses = rig.responses(deployment);
    job = rig.run(deployment, parallelism, null, stepMicros, settings);
  }

  private static List<Request> online(String deployment, int count, int maxTokens) {
    return IntStream.range(0, count)
        .mapToObj(i -> Request.online(deployment, "on-" + i, maxTokens))
        .toList();
  }

  private static List<Request> offline(String deployment, int count, int maxTokens) {
    return IntStream.range(0, count)
        .mapToObj(i -> Request.offline(deployment, "off-" + i, maxTokens))
        .toList();
  }

  /** One in each partition, so at least one for each replica, that last until they are ended. */
  private static List<Request> endless(String deployment) {
    return IntStream.range(0, InferenceRig.PARTITIONS)
        .mapToObj(
            partition ->
                Stream.iterate(0, i -> i + 1)
                    .map(i -> Request.online(deployment, "endless-" + i, 50_000))
                    .filter(r -> r.key().partition(InferenceRig.PARTITIONS) == partition)
                    .findFirst()
                    .orElseThrow())
        .toList();
  }

  /** What a parser makes of the whole text at once. */
  private static ChatAnswer takenApart(Request request, String text) {
    var parser = ScriptedAnswer.parser(request.id());
    var content = new StringBuilder();
    var reasoning = new StringBuilder();
    var calls = new ArrayList<ToolCall>();
    for (var event : parser.feed(text)) {
      if (event instanceof OutputEvent.Content said) {
        content.append(said.text());
      } else if (event instanceof OutputEvent.Reasoning thought) {
        reasoning.append(thought.text());
      } else if (event instanceof OutputEvent.ToolCallStart start) {
        calls.add(new ToolCall(start.id(), start.name(), ""));
      } else if (event instanceof OutputEvent.ToolCallArguments more) {
        var call = calls.get(more.index());
        call.setArguments(call.getArguments() + more.text());
      }
    }
    return new ChatAnswer(content.toString(), reasoning.toString(), calls);
  }

  private static List<Request> concat(List<Request> first, List<Request> second) {
    var all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private void awaitCheckpoint() throws Exception {
    var before = rig.completedCheckpoints(job);
    responses.await("a checkpoint", () -> rig.completedCheckpoints(job) > before);
  }

  private ReplicaStatus lastStatus(int replica) {
    return responses.statuses.stream()
        .filter(status -> status.getReplica() == replica)
        .reduce((earlier, later) -> later)
        .orElseGet(ReplicaStatus::new);
  }

  private void assertEnded(Request request, ResultStatus status, String code, int httpStatus) {
    var result = responses.result(request);
    assertThat(result.getStatus()).isEqualTo(status);
    assertThat(result.getError().getCode()).isEqualTo(code);
    assertThat(result.getError().getHttpStatus()).isEqualTo(httpStatus);
    assertThat(result.getTokenIds()).isEqualTo(responses.tokens(request));
    assertThat(responses.usage(request).getStatus()).isEqualTo(status);
    assertThat(responses.usage(request).getUsage()).isEqualTo(result.getUsage());
    assertThat(responses.lastChunk(request).getFinishReason()).isEqualTo(result.getFinishReason());
    assertThat(responses.lastChunk(request).getError()).isEqualTo(result.getError());
  }

  private static void assertIncarnationsGrow(List<TokenChunk> chunks) {
    var incarnations = chunks.stream().map(TokenChunk::getIncarnation).toList();
    assertThat(incarnations).isSorted();
    assertThat(incarnations.get(0)).isLessThan(incarnations.get(incarnations.size() - 1));
  }
}
