package io.streamweir.router;

import static io.streamweir.router.RouterRig.DEPLOYMENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.Lane;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Takes the TaskManager away under load. */
@Timeout(180)
class RouterFailureITCase {

  private static final int WAVES = 6;
  private static final int WAVE = 200;

  /** One request in this many is rejected. */
  private static final int REJECTED = 4;

  @TempDir private Path directory;
  private RouterRig rig;

  @BeforeEach
  void start() throws Exception {
    rig = RouterRig.start(directory);
    rig.deploy(RouterRig.deployment().build()).startJob();
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
  }

  @Test
  void shouldLoseNoRequestAndBookRejectsOnceWhenTaskManagerIsLostInMidStream() throws Exception {
    rig.send(Requests.chat("warm-up").build());
    rig.log().dispatched(DEPLOYMENT, Lane.ONLINE, request -> true, 1);

    for (int wave = 0; wave < WAVES; wave++) {
      rig.sendAll(wave(wave));
      if (wave % 2 == 1) {
        // Some of the wave is through, some is in the job, some still in the topic.
        rig.log().chunks(chunk -> true, wave * WAVE / REJECTED + 1);
        rig.replaceTaskManager();
      }
    }

    var good = ids(false);
    var bad = ids(true);
    var results = rig.log().results(result -> true, bad.size());
    var usage = rig.log().usage(record -> true, bad.size());
    assertThat(results.stream().map(entry -> entry.value().getRequestId()))
        .containsExactlyInAnyOrderElementsOf(bad);
    assertThat(usage.stream().map(entry -> entry.value().getRequestId()))
        .containsExactlyInAnyOrderElementsOf(bad);
    var dispatched = dispatchedIds();
    while (!dispatched.containsAll(good)) {
      dispatched = dispatchedIds();
    }
    assertThat(dispatched).containsExactlyInAnyOrderElementsOf(good);
    assertThat(rig.restarts()).isPositive();
    assertThat(rig.log().deadLetters(letter -> true, 0)).isEmpty();
  }

  @Test
  void shouldRememberIdsWhenTaskManagerIsLost() throws Exception {
    rig.send(Requests.chat("once").build());
    rig.send(Requests.chat("fence").setDeadlineMs(1L).build());
    rig.log().results(result -> result.getRequestId().equals("fence"), 1);

    rig.replaceTaskManager();
    rig.send(Requests.chat("once").build());

    var letters = rig.log().deadLetters(letter -> true, 1);
    assertThat(letters).hasSize(1);
    assertThat(letters.get(0).value().getCode()).isEqualTo("duplicate_request_id");
    assertThat(rig.log().dispatched(DEPLOYMENT, Lane.ONLINE, request -> true, 1)).hasSize(1);
  }

  private Set<String> dispatchedIds() {
    var ids = new TreeSet<String>();
    rig.log()
        .dispatched(DEPLOYMENT, Lane.ONLINE, request -> true, 1)
        .forEach(entry -> ids.add(entry.value().getRequestId()));
    ids.remove("warm-up");
    return ids;
  }

  private static List<InferenceRequest> wave(int wave) {
    var requests = new ArrayList<InferenceRequest>();
    for (int i = wave * WAVE; i < (wave + 1) * WAVE; i++) {
      var request = Requests.chat(id(i));
      requests.add(isRejected(i) ? request.setDeadlineMs(1L).build() : request.build());
    }
    return requests;
  }

  private static List<String> ids(boolean rejected) {
    return IntStream.range(0, WAVES * WAVE)
        .filter(i -> isRejected(i) == rejected)
        .mapToObj(RouterFailureITCase::id)
        .toList();
  }

  private static boolean isRejected(int i) {
    return i % REJECTED == 0;
  }

  private static String id(int i) {
    return "request-" + i;
  }
}
