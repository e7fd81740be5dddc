package io.streamweir.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a checkpoint of the router costs. */
class RouterStateITCase {

  private static final int REQUESTS = 3_000;

  @TempDir private Path directory;

  /** There is one a second, and the ids of a day are millions. */
  @Test
  void shouldWriteWhatIsNewOnlyWhenManyIdsAreRemembered() throws Exception {
    try (var rig = RouterRig.start(directory)) {
      // Nothing is deployed, so each request is refused at once, and its id is remembered.
      rig.with("catalogue.grace", "0 ms").startJob();
      for (var i = 0; i < REQUESTS; i++) {
        rig.send(Requests.chat(UUID.randomUUID().toString()).build());
      }
      rig.awaitRead();
      rig.checkpoint();

      var last = rig.lastCheckpointOf("route");
      assertThat(last.getStateSize()).isGreaterThan(REQUESTS * 16L);
      assertThat(last.getCheckpointedSize()).isLessThan(last.getStateSize() / 2);
    }
  }

  /** RocksDB cannot read it, and nothing that is remembered may be forgotten by an upgrade. */
  @Test
  void shouldStayOnTheHeapWhenTheCheckpointIsOfTheHeap() throws Exception {
    try (var rig = RouterRig.start(directory)) {
      rig.with("catalogue.grace", "0 ms").startJobOnHeap();
      rig.send(Requests.chat("once").build()).awaitRead();
      rig.cancelJob();
      rig.startJob(rig.lastCheckpoint());
      rig.send(Requests.chat("once").build());

      assertThat(rig.log().deadLetters(letter -> letter.getMessage().contains("shop/once"), 1))
          .singleElement()
          .satisfies(
              letter -> assertThat(letter.value().getCode()).isEqualTo("duplicate_request_id"));
      assertThat(rig.stateBackend()).isEqualTo("HashMapStateBackend");
      var savepoint = rig.cancelJobWithSavepoint(directory.resolve("savepoints"));
      rig.startJob(savepoint);
      assertThat(rig.stateBackend()).isEqualTo("EmbeddedRocksDBStateBackend");
    }
  }
}
