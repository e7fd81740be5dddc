package io.streamweir.router;

import static io.streamweir.router.RouterRig.DEPLOYMENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.schemas.ApiKey;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.Quota;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.TenantPolicy;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One router with two subtasks of each operator for all tests; each has its own tenants. */
@Timeout(300)
class QuotaITCase {

  private static final long PATIENCE_MS = 2000;

  /** More requests of a tenant than the router lets wait. */
  private static final int FLOOD = 600;

  /** Its requests are large. */
  private static final String BULKY = "bulky";

  /** A tenant of the same subtask. */
  private static final String BESIDE_BULKY =
      Stream.iterate(0, i -> i + 1)
          .map(i -> "beside-" + i)
          .filter(tenant -> subtask(tenant) == subtask(BULKY))
          .findFirst()
          .orElseThrow();

  @TempDir private static Path directory;
  private static RouterRig rig;

  @BeforeAll
  static void start() throws Exception {
    rig = RouterRig.start(directory).with("quota.patience", PATIENCE_MS + " ms");
    rig.with("quota.waiting-size", "1 mb");
    rig.deploy(RouterRig.deployment().build());
    policy("five-a-minute", new Quota(5L, null, null), 3);
    policy("two-at-a-time", new Quota(null, null, 2L), 1);
    policy("hundred-tokens", new Quota(null, 100L, null), 1);
    policy("flooding", new Quota(null, null, 1L), 1);
    policy("batching", new Quota(4L, null, 2L), 1);
    policy("seven", new Quota(7L, null, null), 1);
    policy(BULKY, new Quota(null, null, 1L), 1);
    policy(BESIDE_BULKY, new Quota(null, null, 1L), 1);
    key("keyed", "narrow", new Quota(2L, null, null));
    key("keyed", "wide", new Quota(null, null, null));
    rig.startJob();
  }

  @AfterAll
  static void stop() throws Exception {
    rig.close();
  }

  @Test
  void shouldLetExactlyTheQuotaThroughWhateverPartitionsItComesBy() throws Exception {
    rig.sendAll(requests("five-a-minute", 30, null));

    var results = refused("five-a-minute", 25);

    assertThat(dispatched("five-a-minute", 5)).hasSize(5);
    assertThat(results)
        .hasSize(25)
        .allSatisfy(
            result -> {
              assertThat(result.getStatus()).isEqualTo(ResultStatus.ERROR);
              assertThat(result.getError().getCode()).isEqualTo("rate_limit_exceeded");
              assertThat(result.getError().getHttpStatus()).isEqualTo(429);
              assertThat(result.getError().getRetryAfterMs()).isBetween(1L, 61_000L);
              assertThat(result.getError().getMessage())
                  .startsWith("Tenant five-a-minute may take 5 requests in any minute");
            });
    var bills = rig.log().usage(usage -> usage.getTenant().equals("five-a-minute"), 25);
    assertThat(bills).hasSize(25).allMatch(e -> e.value().getUsage().getCompletionTokens() == 0);
    assertThat(
            rig.log().chunks(chunk -> chunk.getTenant().equals("five-a-minute"), 25).stream()
                .map(entry -> entry.value().getRequestId())
                .collect(Collectors.toSet()))
        .isEqualTo(ids(results));
  }

  @Test
  void shouldCountForTheKeyAndForNoOther() throws Exception {
    rig.sendAll(requests("keyed", 6, "narrow"));
    rig.sendAll(requests("keyed", 6, "wide"));

    var results = refused("keyed", 4);

    assertThat(results).hasSize(4).allMatch(r -> r.getRequestId().contains("narrow"));
    assertThat(results.get(0).getError().getMessage()).startsWith("API key narrow may take 2");
    assertThat(dispatched("keyed", 8)).hasSize(8);
    assertThat(rig.log().dispatched(DEPLOYMENT, Lane.ONLINE, r -> r.getTenant().equals("keyed"), 8))
        .allMatch(entry -> entry.value().getRequestId().contains(entry.value().getApiKey()));
  }

  @Test
  void shouldLetOneMoreInWhenOneEndsAndRefuseWhoWaitsTooLong() throws Exception {
    rig.sendAll(requests("two-at-a-time", 2, null));
    var running = new ArrayDeque<>(dispatched("two-at-a-time", 2));
    var firstToEnd = running.element();

    // A slow machine may need longer for a bill than anybody waits.
    var waiting = 0;
    do {
      waiting++;
      rig.send(request("two-at-a-time", "waiting-" + waiting, null));
      used("two-at-a-time", running.remove(), 10);
      running.add(firstLetIn("two-at-a-time", "waiting-" + waiting));
    } while (!running.contains("waiting-" + waiting));

    // A bill that comes twice frees one place only.
    used("two-at-a-time", firstToEnd, 10);
    rig.send(request("two-at-a-time", "too-many", null));
    rig.send(request("two-at-a-time", "too-many-again", null));
    assertThat(
            rig.log().results(result -> result.getRequestId().startsWith("too-many"), 2).stream()
                .map(entry -> entry.value().getError().getMessage()))
        .hasSize(2)
        .allMatch(message -> message.contains("2 requests at a time"));
    assertThat(dispatched("two-at-a-time", 0)).doesNotContain("too-many", "too-many-again");
  }

  /** The id itself, if it is not refused; else that of the first to come after it that is not. */
  private static String firstLetIn(String tenant, String id) throws Exception {
    while (!dispatched(tenant, 0).contains(id)) {
      if (ids(refused(tenant, 0)).contains(id)) {
        var next = id + "-";
        rig.send(request(tenant, next, null));
        return firstLetIn(tenant, next);
      }
    }
    return id;
  }

  /** Who finds no room to wait is told so before any of those who wait can have given up. */
  @Test
  void shouldRefuseAtOnceWhenManyWait() throws Exception {
    rig.send(request("flooding", "served", null));
    assertThat(dispatched("flooding", 1)).containsExactly("served");

    // A slow machine may need longer for a flood than anybody waits.
    var flood = 0;
    do {
      flood++;
    } while (!isAnyRefusedEarly("flood-" + flood + "-"));

    assertThat(ids(refused("flooding", flood * FLOOD))).hasSize(flood * FLOOD);
    assertThat(dispatched("flooding", 1)).containsExactly("served");
  }

  private static boolean isAnyRefusedEarly(String prefix) throws Exception {
    var sentAtMs = System.currentTimeMillis();
    rig.sendAll(
        IntStream.range(0, FLOOD).mapToObj(i -> request("flooding", prefix + i, null)).toList());
    var results =
        rig.log().results(result -> result.getRequestId().startsWith(prefix), FLOOD).stream()
            .map(RouterLog.Entry::value)
            .toList();
    assertThat(results).hasSize(FLOOD).allMatch(r -> r.getError().getHttpStatus() == 429);
    return results.stream()
        .anyMatch(r -> r.getTimings().getFinishedAtMs() < sentAtMs + PATIENCE_MS);
  }

  /** A tenant may have half of what waits offline; the others find the other half. */
  @Test
  void shouldLeaveRoomForOthersWhenTheRequestsThatWaitAreLarge() throws Exception {
    for (var tenant : List.of(BULKY, BESIDE_BULKY)) {
      rig.send(request(tenant, tenant + "-served", null));
      assertThat(dispatched(tenant, 1)).hasSize(1);
    }

    rig.sendBatch(IntStream.range(0, 20).mapToObj(i -> large(BULKY, BULKY + "-" + i)).toList());
    assertThat(refused(BULKY, 12)).hasSize(12).allMatch(r -> r.getError().getHttpStatus() == 429);
    rig.sendBatch(List.of(large(BESIDE_BULKY, "large")));
    used(BESIDE_BULKY, BESIDE_BULKY + "-served", 1);

    // Let through, and then too long for the model.
    assertThat(refused(BESIDE_BULKY, 1).get(0).getError().getCode())
        .isEqualTo("context_length_exceeded");
    assertThat(refused(BULKY, 12)).as("the others wait").hasSize(12);
  }

  /** 60 KB. */
  private static InferenceRequest large(String tenant, String id) {
    return Requests.chat(id)
        .setTenant(tenant)
        .setOffline(true)
        .setMessages(List.of(Requests.message("user", "order ".repeat(10_000))))
        .build();
  }

  private static int subtask(String tenant) {
    return KeyGroupRangeAssignment.assignKeyToParallelOperator(tenant, 128, 2);
  }

  /** Also across a loss; and an online request stands behind none of them. */
  @Test
  void shouldLetOfflineRequestsWaitForTheirQuotaInsteadOfRefusingThem() throws Exception {
    var batch = requests("batching", 12, null);
    batch.forEach(request -> request.setOffline(true));
    rig.sendBatch(batch);
    var done = new HashSet<String>();
    endUntil(done, 4);
    rig.sendBatch(List.of(late("batching", "late")));
    rig.send(request("batching", "online", null));

    var results = refused("batching", 2);
    assertThat(ids(results)).containsExactlyInAnyOrder("late", "online");
    assertThat(results.stream().filter(r -> r.getRequestId().equals("late")).findFirst())
        .hasValueSatisfying(r -> assertThat(r.getStatus()).isEqualTo(ResultStatus.EXPIRED));
    rig.checkpoint();
    rig.replaceTaskManager();
    policy("batching", new Quota(null, null, 2L), 1);

    endUntil(done, 12);
    assertThat(offline("batching", 12)).hasSize(12);
    assertThat(refused("batching", 2)).hasSize(2);
  }

  /** Ends those that are dispatched, until that many were. */
  private static void endUntil(Set<String> done, int number) throws Exception {
    while (done.size() < number) {
      for (var id : Set.copyOf(offline("batching", done.size() + 1))) {
        if (done.add(id)) {
          used("batching", id, 1);
        }
      }
      assertThat(done).hasSizeLessThanOrEqualTo(number);
    }
  }

  private static List<String> offline(String tenant, int atLeast) {
    return rig
        .log()
        .dispatched(DEPLOYMENT, Lane.OFFLINE, r -> r.getTenant().equals(tenant), atLeast)
        .stream()
        .map(entry -> entry.value().getRequestId())
        .toList();
  }

  private static InferenceRequest late(String tenant, String id) {
    var soon = System.currentTimeMillis() + 1000;
    return Requests.chat(id).setTenant(tenant).setOffline(true).setDeadlineMs(soon).build();
  }

  @Test
  void shouldRefuseWhenTheTokensOfAMinuteAreGone() throws Exception {
    rig.send(request("hundred-tokens", "before", null));
    assertThat(dispatched("hundred-tokens", 1)).containsExactly("before");
    used("hundred-tokens", "before", 100);

    // The bill takes its way; until it is read the quota is not known to be gone.
    var number = 0;
    while (rig.log().results(r -> r.getTenant().equals("hundred-tokens"), 0).isEmpty()) {
      rig.send(request("hundred-tokens", "after-" + number++, null));
    }
    assertThat(refused("hundred-tokens", 1).get(0).getError().getMessage())
        .startsWith("Tenant hundred-tokens may take 100 tokens in any minute");
  }

  @Test
  void shouldTellTheWeightOfATenantToTheReplica() throws Exception {
    rig.send(request("unlimited", "plain", null));
    policy("weighty", new Quota(null, null, null), 4);
    var weights =
        rig.log().dispatched(DEPLOYMENT, Lane.ONLINE, r -> r.getTenant().equals("unlimited"), 1);
    assertThat(weights.get(0).value().getTenantWeight()).isEqualTo(1);
    var number = 0;
    do {
      rig.send(request("weighty", "w-" + number++, null));
    } while (lastWeight("weighty", number) != 4);
  }

  /** What was let through stays so, who was refused was told once, and nobody is forgotten. */
  @Test
  void shouldAnswerEachOnceAndKeepCountWhenATaskManagerIsLost() throws Exception {
    rig.sendAll(requests("seven", 10, null));
    assertThat(dispatched("seven", 7)).hasSize(7);
    assertThat(refused("seven", 3)).hasSize(3);
    rig.checkpoint();

    rig.replaceTaskManager();
    rig.sendAll(
        IntStream.range(10, 20).mapToObj(i -> request("seven", "seven-" + i, null)).toList());

    assertThat(refused("seven", 13)).hasSize(13);
    assertThat(dispatched("seven", 7)).hasSize(7);
  }

  private static int lastWeight(String tenant, int count) {
    var all =
        rig.log().dispatched(DEPLOYMENT, Lane.ONLINE, r -> r.getTenant().equals(tenant), count);
    return all.get(all.size() - 1).value().getTenantWeight();
  }

  private static Set<String> dispatched(String tenant, int atLeast) {
    return rig
        .log()
        .dispatched(DEPLOYMENT, Lane.ONLINE, r -> r.getTenant().equals(tenant), atLeast)
        .stream()
        .map(entry -> entry.value().getRequestId())
        .collect(Collectors.toSet());
  }

  private static List<InferenceResult> refused(String tenant, int atLeast) {
    return rig.log().results(result -> result.getTenant().equals(tenant), atLeast).stream()
        .map(RouterLog.Entry::value)
        .toList();
  }

  private static Set<String> ids(List<InferenceResult> results) {
    return results.stream().map(InferenceResult::getRequestId).collect(Collectors.toSet());
  }

  private static List<InferenceRequest> requests(String tenant, int count, String key) {
    return IntStream.range(0, count)
        .mapToObj(i -> request(tenant, (key == null ? tenant : key) + "-" + i, key))
        .toList();
  }

  private static InferenceRequest request(String tenant, String id, String key) {
    return Requests.chat(id).setTenant(tenant).setApiKey(key).build();
  }

  private static void policy(String tenant, Quota quota, int weight) throws Exception {
    rig.publish(Topics.TENANTS, tenant, new TenantPolicy(tenant, quota, weight));
  }

  private static void key(String tenant, String name, Quota quota) throws Exception {
    var key =
        ApiKey.newBuilder()
            .setTenant(tenant)
            .setName(name)
            .setSha256("0".repeat(64))
            .setQuota(quota)
            .build();
    rig.publish(Topics.KEYS, tenant + "/" + name, key);
  }

  /** The bill of a replica. */
  private static void used(String tenant, String id, int tokens) throws Exception {
    var usage =
        UsageRecord.newBuilder()
            .setRequestId(id)
            .setTenant(tenant)
            .setDeployment(DEPLOYMENT)
            .setStatus(ResultStatus.COMPLETED)
            .setUsage(TokenUsage.newBuilder().setCompletionTokens(tokens).build())
            .setFinishedAtMs(System.currentTimeMillis())
            .build();
    rig.publish(Topics.USAGE, tenant + "/" + id, usage);
  }
}
