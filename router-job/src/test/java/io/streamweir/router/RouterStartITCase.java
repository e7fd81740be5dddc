package io.streamweir.router;

import static io.streamweir.router.RouterRig.DEPLOYMENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.router.prompt.ModelTexts;
import io.streamweir.schemas.DeploymentState;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.Quota;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.TenantPolicy;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.UsageRecord;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a router does that starts, and what it finds. */
@Timeout(300)
class RouterStartITCase {

  @TempDir private Path directory;
  private RouterRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = RouterRig.start(directory);
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  @Test
  void shouldWaitForTheCatalogueWhenRequestIsThereBefore() throws Exception {
    rig.with("catalogue.grace", "1 h").startJob();
    rig.send(Requests.chat("early").build());
    rig.send(Requests.chat("fence").setDeadlineMs(1L).build());
    rig.log().results(result -> result.getRequestId().equals("fence"), 1);
    rig.awaitCommittedOffsets();

    rig.deploy(RouterRig.deployment().build());

    assertThat(dispatched("early")).isEqualTo(1);
    assertThat(rig.log().results(result -> result.getRequestId().equals("early"), 0)).isEmpty();
  }

  @Test
  void shouldRefuseWhenModelHasNotComeWithinTheGrace() throws Exception {
    rig.with("catalogue.grace", "2 s").startJob();

    rig.send(Requests.chat("hopeless").build());

    assertThat(rig.log().results(result -> result.getRequestId().equals("hopeless"), 1))
        .singleElement()
        .satisfies(
            entry -> assertThat(entry.value().getError().getCode()).isEqualTo("model_not_found"));
  }

  /** After a loss before a checkpoint the model might be there, and the request be served. */
  @Test
  void shouldTellThatAModelIsMissingOnlyWhenACheckpointHoldsIt() throws Exception {
    startAndSendHopeless();

    while (rig.log().chunks(chunk -> chunk.getRequestId().equals("hopeless"), 0).isEmpty()) {
      rig.checkpoint();
    }
  }

  @Test
  void shouldTellARefusalThatACheckpointHoldsAlsoIfItIsRestoredWhereTheModelIs() throws Exception {
    startAndSendHopeless();
    var savepoint = rig.cancelJobWithSavepoint(directory.resolve("savepoints"));
    assertThat(rig.log().chunks(chunk -> chunk.getRequestId().equals("hopeless"), 0)).isEmpty();

    rig.deploy(RouterRig.deployment().build()).with("checkpoint.interval", "200 ms");
    rig.startJob(savepoint);

    assertThat(rig.log().results(result -> result.getRequestId().equals("hopeless"), 1))
        .singleElement()
        .satisfies(
            entry -> assertThat(entry.value().getError().getCode()).isEqualTo("model_not_found"));
    assertThat(rig.log().chunks(chunk -> chunk.getRequestId().equals("hopeless"), 1)).isNotEmpty();
    assertThat(dispatchedSoFar("hopeless")).isZero();
  }

  /** No checkpoint comes by itself; when this returns, the refusal of "hopeless" is decided. */
  private void startAndSendHopeless() throws Exception {
    rig.with("catalogue.grace", "0 ms").with("checkpoint.interval", "1 h");
    rig.with("parallelism", "1").startJob();
    var hopeless = Requests.chat("hopeless").build();
    rig.send(hopeless);
    sendLateBehind(hopeless);
    assertThat(rig.log().chunks(chunk -> true, 1))
        .singleElement()
        .satisfies(entry -> assertThat(entry.value().getRequestId()).isEqualTo("late"));
  }

  /** In the same partition, and refused at once. */
  private void sendLateBehind(InferenceRequest request) throws Exception {
    var samePlace = new RequestKey(request.getTenant(), request.getRequestId());
    var late = Requests.chat("late").setDeadlineMs(1L).build();
    rig.sendRaw(samePlace.bytes(), rig.requestCodec().encode(late));
  }

  @Test
  void shouldNotKeepAPlaceForARequestWhoseEndIsNotTold() throws Exception {
    rig.publish(Topics.TENANTS, "shop", new TenantPolicy("shop", new Quota(null, null, 1L), 1));
    rig.deploy(RouterRig.deployment().build()).with("quota.longest-request", "1 s").startJob();
    rig.send(Requests.chat("lost").build());
    assertThat(dispatched("lost")).isEqualTo(1);

    rig.send(Requests.chat("next").build());

    assertThat(dispatched("next")).isEqualTo(1);
  }

  @Test
  void shouldNotRefuseWhoWaitedForAQuotaWhileTheRouterWasDown() throws Exception {
    rig.publish(Topics.TENANTS, "shop", new TenantPolicy("shop", new Quota(null, null, 1L), 1));
    rig.deploy(RouterRig.deployment().build()).with("quota.patience", "6 s");
    rig.with("parallelism", "1").startJob();
    rig.send(Requests.chat("served").build());
    assertThat(dispatched("served")).isEqualTo(1);
    var waiting = Requests.chat("waiting").build();
    rig.send(waiting);
    sendLateBehind(waiting);
    rig.log().chunks(chunk -> chunk.getRequestId().equals("late"), 1);
    var patienceEndsMs = System.currentTimeMillis() + 6_000;
    var savepoint = rig.cancelJobWithSavepoint(directory.resolve("savepoints"));

    var usage =
        UsageRecord.newBuilder()
            .setRequestId("served")
            .setTenant("shop")
            .setDeployment(DEPLOYMENT)
            .setStatus(ResultStatus.COMPLETED)
            .setUsage(TokenUsage.newBuilder().setCompletionTokens(1).build())
            .setFinishedAtMs(System.currentTimeMillis())
            .build();
    rig.publish(Topics.USAGE, "shop/served", usage);
    while (System.currentTimeMillis() < patienceEndsMs) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    // However long a slow machine takes to read the end of the other one.
    rig.with("quota.patience", "1 h").startJob(savepoint);

    assertThat(dispatched("waiting")).isEqualTo(1);
    rig.checkpoint();
    assertThat(rig.log().results(result -> result.getRequestId().equals("waiting"), 0)).isEmpty();
  }

  @Test
  void shouldKnowTheCatalogueWhenRequestsWereThereBeforeTheJob() throws Exception {
    for (int i = 0; i < 50; i++) {
      rig.send(Requests.chat("backlog-" + i).build());
    }
    rig.deploy(RouterRig.deployment().setState(DeploymentState.STARTING).build());

    rig.with("catalogue.grace", "0 ms").startJob();

    assertThat(rig.log().dispatched(DEPLOYMENT, Lane.ONLINE, request -> true, 50)).hasSize(50);
  }

  @Test
  void shouldRefuseRequestsOfThatDeploymentOnlyWhenItsModelIsStillLoadingAtTheTimeout()
      throws Exception {
    var slow = deployWhatDoesNotLoad();
    // The neighbour's is there before: a busy machine may need longer for it than the timeout.
    try (var neighbours = ModelTexts.acquire(RouterRig.MODEL.toString())) {
      neighbours.loaded().join();
      rig.with("tokenize.timeout", "3 s").startJob();

      rig.send(Requests.chat("waiting").setModel("slow").build());
      rig.send(Requests.chat("neighbour").build());

      assertThat(dispatched("neighbour")).isEqualTo(1);
    }
    assertThat(rig.log().results(result -> true, 1))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.value().getRequestId()).isEqualTo("waiting");
              assertThat(entry.value().getError().getCode()).isEqualTo("engine_error");
              assertThat(entry.value().getError().getMessage()).contains("within PT3S");
            });
    assertThat(rig.restarts()).isZero();
    slow.turnsOutBad();
  }

  @Test
  void shouldNotKeepOthersWaitingWhenManyWaitForATokenizer() throws Exception {
    var slow = deployWhatDoesNotLoad();
    rig.with("tokenize.capacity", "2").startJob();
    for (var number = 0; number < 100; number++) {
      rig.send(Requests.chat("waiting-" + number).setModel("slow").build());
    }

    for (var number = 0; number < 10; number++) {
      rig.send(Requests.chat("refused-" + number).setDeadlineMs(1L).build());
      rig.send(Requests.chat("neighbour-" + number).build());
    }

    assertThat(rig.log().chunks(chunk -> true, 10))
        .allMatch(entry -> entry.value().getRequestId().startsWith("refused-"));
    for (var number = 0; number < 10; number++) {
      assertThat(dispatched("neighbour-" + number)).isEqualTo(1);
    }
    // No tokenizer: what waited for it is told so.
    slow.turnsOutBad();
    assertThat(rig.log().results(result -> result.getRequestId().startsWith("waiting-"), 100))
        .allMatch(entry -> entry.value().getError().getMessage().contains("cannot be loaded"));
  }

  /** Deploys two models; the tokenizer of "slow" keeps who loads it waiting. */
  private PipedModel deployWhatDoesNotLoad() throws Exception {
    var model = PipedModel.in(directory.resolve("model"));
    rig.deploy(RouterRig.deployment().build());
    rig.deploy(
        RouterRig.deployment()
            .setName("slow")
            .setModel("slow")
            .setModelPath(model.path().toString())
            .build());
    return model;
  }

  @Test
  void shouldTakeAnIdAgainWhenItsTimeToLiveIsOver() throws Exception {
    rig.deploy(RouterRig.deployment().build()).with("dedupe.ttl", "2 s").startJob();

    while (dispatchedSoFar("again") < 2) {
      rig.send(Requests.chat("again").build());
    }

    assertThat(rig.log().deadLetters(letter -> true, 1)).isNotEmpty();
  }

  @Test
  void shouldGoOnWhereItStoppedWhenItStartsWithoutCheckpoint() throws Exception {
    rig.deploy(RouterRig.deployment().build()).startJob();
    rig.send(Requests.chat("first").build());
    assertThat(dispatched("first")).isEqualTo(1);
    rig.send(Requests.chat("rejected").setDeadlineMs(1L).build());
    rig.log().results(result -> result.getRequestId().equals("rejected"), 1);
    rig.awaitCommittedOffsets();
    rig.cancelJob();

    rig.send(Requests.chat("second").build());
    rig.startJob();

    assertThat(dispatched("second")).isEqualTo(1);
    rig.awaitCommittedOffsets();
    assertThat(dispatched("first")).isEqualTo(1);
    assertThat(rig.log().results(result -> result.getRequestId().equals("rejected"), 1)).hasSize(1);
  }

  private int dispatched(String id) {
    return dispatched(id, 1);
  }

  private int dispatchedSoFar(String id) {
    return dispatched(id, 0);
  }

  private int dispatched(String id, int atLeast) {
    return rig.log()
        .dispatched(DEPLOYMENT, Lane.ONLINE, request -> request.getRequestId().equals(id), atLeast)
        .size();
  }
}
