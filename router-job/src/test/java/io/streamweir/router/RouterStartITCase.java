package io.streamweir.router;

import static io.streamweir.router.RouterRig.DEPLOYMENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.schemas.DeploymentState;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.Quota;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TenantPolicy;
import io.streamweir.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a router does that starts, and what it finds. */
@Timeout(180)
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
    // Behind it in the same partition, and told at once.
    var samePlace = new RequestKey(hopeless.getTenant(), hopeless.getRequestId());
    var late = Requests.chat("late").setDeadlineMs(1L).build();
    rig.sendRaw(samePlace.bytes(), rig.requestCodec().encode(late));
    assertThat(rig.log().chunks(chunk -> true, 1))
        .singleElement()
        .satisfies(entry -> assertThat(entry.value().getRequestId()).isEqualTo("late"));
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
    var tokenizer = deployWhatDoesNotLoad();
    rig.with("tokenize.timeout", "1 s").startJob();

    rig.send(Requests.chat("waiting").setModel("slow").build());
    rig.send(Requests.chat("neighbour").build());

    assertThat(dispatched("neighbour")).isEqualTo(1);
    assertThat(rig.log().results(result -> true, 1))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.value().getRequestId()).isEqualTo("waiting");
              assertThat(entry.value().getError().getCode()).isEqualTo("engine_error");
              assertThat(entry.value().getError().getMessage()).contains("within PT1S");
            });
    assertThat(rig.restarts()).isZero();
    Files.writeString(tokenizer, "{}");
  }

  @Test
  void shouldNotKeepOthersWaitingWhenManyWaitForATokenizer() throws Exception {
    var tokenizer = deployWhatDoesNotLoad();
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
    Files.writeString(tokenizer, "{}");
    assertThat(rig.log().results(result -> result.getRequestId().startsWith("waiting-"), 100))
        .allMatch(entry -> entry.value().getError().getMessage().contains("cannot be loaded"));
  }

  /** Deploys two models; the tokenizer of "slow" is a pipe: who reads it waits for who writes. */
  private Path deployWhatDoesNotLoad() throws Exception {
    var model = Files.createDirectories(directory.resolve("model"));
    Files.copy(RouterRig.MODEL.resolve("config.json"), model.resolve("config.json"));
    var tokenizer = model.resolve("tokenizer.json");
    assertThat(new ProcessBuilder("mkfifo", tokenizer.toString()).start().waitFor()).isZero();
    rig.deploy(RouterRig.deployment().build());
    rig.deploy(
        RouterRig.deployment()
            .setName("slow")
            .setModel("slow")
            .setModelPath(model.toString())
            .build());
    return tokenizer;
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
