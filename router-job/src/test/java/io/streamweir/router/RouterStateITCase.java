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

      var last = rig.lastCheckpoint();
      assertThat(last.getStateSize()).isGreaterThan(REQUESTS * 16L);
      assertThat(last.getCheckpointedSize()).isLessThan(last.getStateSize() / 2);
    }
  }
}
