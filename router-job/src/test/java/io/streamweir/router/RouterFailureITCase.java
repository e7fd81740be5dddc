package io.streamweir.router;

import static io.streamweir.router.RouterRig.DEPLOYMENT;
import static io.streamweir.router.RouterRig.MODEL_NAME;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.dispatch.RouterIncarnation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Takes the TaskManager or the job away, under load. */
@Timeout(300)
class RouterFailureITCase {

  private static final int LEAST_WAVES = 2;
  private static final int WAVE = 200;

  /** One request in this many is rejected. */
  private static final int REJECTED = 4;

  private static final String ALIAS = "served-by-one";
  private static final String OTHER = "support-intents-gpu";

  @TempDir private Path directory;
  private RouterRig rig;

  @BeforeEach
  void start() throws Exception {
    rig =
        RouterRig.start(directory)
            .deploy(RouterRig.deployment().setAliases(List.of(ALIAS)).build());
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  @Test
  void shouldLoseNoRequestAndBookRejectsOnceWhenTaskManagerIsLostInMidStream() throws Exception {
    // So rare that the loss leaves something to do again.
    rig.with("checkpoint.interval", "5 s").startJob();
    rig.send(Requests.chat("warm-up").setDeadlineMs(1L).build());
    rig.log().chunks(chunk -> true, 1);
    rig.checkpoint();
    var waves = 0;

    // Only work that is done twice can be booked twice: until some was, the loss came too late.
    for (var repeated = false; !repeated || waves < LEAST_WAVES; waves++) {
      rig.sendAll(wave(waves));
      var first = id(waves * WAVE);
      rig.log().chunks(chunk -> chunk.getRequestId().equals(first), 1);
      rig.replaceTaskManager();
      awaitDispatched(ids(waves, false));
      repeated = isAnyRejectedTwice();
    }

    var bad = new TreeSet<String>(List.of("warm-up"));
    for (int wave = 0; wave < waves; wave++) {
      bad.addAll(ids(wave, true));
    }
    var results = rig.log().results(result -> true, bad.size());
    var usage = rig.log().usage(record -> true, bad.size());
    assertThat(results.stream().map(entry -> entry.value().getRequestId()))
        .containsExactlyInAnyOrderElementsOf(bad);
    assertThat(usage.stream().map(entry -> entry.value().getRequestId()))
        .containsExactlyInAnyOrderElementsOf(bad);
    assertThat(rig.log().deadLetters(letter -> true, 0)).isEmpty();
  }

  @Test
  void shouldGoOnWhenTheBrokerWasAwayForLongerThanRecordsWaitForIt() throws Exception {
    var piped = PipedModel.in(directory.resolve("model"));
    rig.deploy(
        RouterRig.deployment()
            .setName("piped")
            .setModel("piped")
            .setModelPath(piped.path().toString())
            .build());
    rig.with("kafka.patience", "2 s").startJob();
    rig.send(Requests.chat("in-between").setModel("piped").build());
    rig.sendAll(wave(0));
    awaitDispatched(ids(0, false));
    rig.checkpoint();

    rig.stopBroker();
    try {
      // What refuses this one has to be sent now.
      piped.turnsOutBad();
      while (rig.restarts() == 0) {
        TimeUnit.MILLISECONDS.sleep(20);
      }
    } finally {
      rig.startBroker();
    }

    rig.sendAll(wave(1));
    awaitDispatched(ids(1, false));
    var rejected = 2 * WAVE / REJECTED + 1;
    assertThat(rig.log().results(result -> true, rejected))
        .hasSize(rejected)
        .extracting(entry -> entry.value().getRequestId())
        .contains("in-between");
    assertThat(rig.log().usage(record -> true, rejected)).hasSize(rejected);
  }

  @Test
  void shouldRememberIdsWhenTaskManagerIsLost() throws Exception {
    rig.startJob();
    rig.send(Requests.chat("once").build());
    rig.log().dispatched(DEPLOYMENT, Lane.ONLINE, request -> true, 1);
    // What is in no checkpoint is done again, and rightly so.
    rig.checkpoint();

    rig.replaceTaskManager();
    rig.send(Requests.chat("once").build());

    var letters = rig.log().deadLetters(letter -> true, 1);
    assertThat(letters).hasSize(1);
    assertThat(letters.get(0).value().getCode()).isEqualTo("duplicate_request_id");
    assertThat(rig.log().dispatched(DEPLOYMENT, Lane.ONLINE, request -> true, 1)).hasSize(1);
  }

  @Test
  void shouldStandByWhatWasDispatchedWhenItWouldDecideOtherwiseAfterALoss() throws Exception {
    rig.with("checkpoint.interval", "1 h").with("catalogue.grace", "1 ms").startJob();
    rig.send(Requests.chat("before").build());
    rig.log().dispatched(DEPLOYMENT, Lane.ONLINE, request -> true, 1);
    rig.checkpoint();
    // After the loss the one kind would go elsewhere, the other would be refused.
    rig.sendAll(wave(1, id -> Requests.chat(id).setModel(isRejected(id) ? ALIAS : MODEL_NAME)));
    var dispatched = rig.log().dispatched(DEPLOYMENT, Lane.ONLINE, request -> true, 1 + WAVE);
    rig.unpublish(DEPLOYMENT).deploy(RouterRig.deployment().setName(OTHER).build());

    rig.replaceTaskManager();
    // More in each partition, so that what is read again has been read when these are done.
    rig.sendAll(wave(2, Requests::chat));

    var after = rig.log().dispatched(OTHER, Lane.ONLINE, request -> true, WAVE);
    assertThat(after).hasSize(WAVE);
    assertThat(after).allMatch(entry -> ids(2).contains(entry.value().getRequestId()));
    assertThat(rig.log().dispatched(DEPLOYMENT, Lane.ONLINE, request -> true, 1)).hasSize(1 + WAVE);
    rig.checkpoint();
    assertThat(rig.log().results(result -> true, 0)).as("refused").isEmpty();
    assertThat(rig.log().chunks(chunk -> true, 0)).as("refused").isEmpty();
    assertThat(incarnation(after.get(0)))
        .isGreaterThan(
            dispatched.stream().mapToLong(RouterFailureITCase::incarnation).max().orElseThrow())
        .isNotEqualTo(RouterIncarnation.NONE);
  }

  @Test
  void shouldDispatchNothingAgainWhenItStartsWithoutACheckpoint() throws Exception {
    rig.with("checkpoint.interval", "1 h").startJob();
    rig.sendAll(wave(1, Requests::chat));
    rig.log().dispatched(DEPLOYMENT, Lane.ONLINE, request -> true, WAVE);

    rig.cancelJob().startJob();
    rig.sendAll(wave(2, Requests::chat));

    var all = rig.log().dispatched(DEPLOYMENT, Lane.ONLINE, request -> true, 2 * WAVE);
    assertThat(all).hasSize(2 * WAVE);
  }

  /** What the state of the lost run knew is known of the log only, and not of one checkpoint. */
  @Test
  void shouldDispatchNothingAgainWhenARunThatStartedWithoutACheckpointIsRestored()
      throws Exception {
    rig.startJob();
    rig.sendAll(wave(1, Requests::chat));
    rig.log().dispatched(DEPLOYMENT, Lane.ONLINE, request -> true, WAVE);
    rig.awaitCommittedOffsets();
    rig.cancelJob().startJob();
    rig.checkpoint();
    rig.replaceTaskManager();

    rig.sendAll(wave(1, Requests::chat));
    rig.sendAll(wave(2, Requests::chat));

    awaitDispatched(ids(2));
    assertThat(rig.log().dispatched(DEPLOYMENT, Lane.ONLINE, request -> true, 0)).hasSize(2 * WAVE);
  }

  private static long incarnation(RouterLog.Entry<DispatchedRequest> entry) {
    return RouterIncarnation.of(entry.record().headers());
  }

  private static Set<String> ids(int wave) {
    return IntStream.range(wave * WAVE, (wave + 1) * WAVE)
        .mapToObj(RouterFailureITCase::id)
        .collect(Collectors.toSet());
  }

  private static List<InferenceRequest> wave(
      int wave, Function<String, InferenceRequest.Builder> request) {
    return IntStream.range(wave * WAVE, (wave + 1) * WAVE)
        .mapToObj(i -> request.apply(id(i)).build())
        .toList();
  }

  /** Blocks until all have been dispatched. */
  private void awaitDispatched(Set<String> ids) {
    var dispatched = new HashSet<String>();
    while (!dispatched.equals(ids)) {
      rig.log()
          .dispatched(
              DEPLOYMENT, Lane.ONLINE, request -> ids.contains(request.getRequestId()), ids.size())
          .forEach(entry -> dispatched.add(entry.value().getRequestId()));
    }
  }

  /** Whether a request of any wave so far has been rejected twice; its chunks tell, at once. */
  private boolean isAnyRejectedTwice() {
    var rejected = new HashSet<String>();
    return rig.log().chunks(chunk -> true, 0).stream()
        .anyMatch(entry -> !rejected.add(entry.value().getRequestId()));
  }

  private static List<InferenceRequest> wave(int wave) {
    var requests = new ArrayList<InferenceRequest>();
    for (int i = wave * WAVE; i < (wave + 1) * WAVE; i++) {
      var request = Requests.chat(id(i));
      requests.add(isRejected(i) ? request.setDeadlineMs(1L).build() : request.build());
    }
    return requests;
  }

  private static Set<String> ids(int wave, boolean rejected) {
    return IntStream.range(wave * WAVE, (wave + 1) * WAVE)
        .filter(i -> isRejected(i) == rejected)
        .mapToObj(RouterFailureITCase::id)
        .collect(Collectors.toSet());
  }

  private static boolean isRejected(String id) {
    return isRejected(Integer.parseInt(id.substring(id.indexOf('-') + 1)));
  }

  private static boolean isRejected(int i) {
    return i % REJECTED == 0;
  }

  private static String id(int i) {
    return "request-" + i;
  }
}
