package io.streamweir.router;

import static io.streamweir.router.RouterRig.DEPLOYMENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.schemas.Lane;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A record of a schema that is new to the router, while the registry does not answer. */
@Timeout(300)
class RegistryOutageITCase {

  @TempDir private Path directory;
  private FlakyRegistry registry;
  private RouterRig rig;

  @BeforeEach
  void start() throws Exception {
    registry = new FlakyRegistry();
    rig = RouterRig.start(directory, registry.url());
    rig.deploy(RouterRig.deployment().build());
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
    registry.close();
  }

  @Test
  void shouldLetNeighboursPassAndForgetNothingWhenRegistryIsAwayForAMoment() throws Exception {
    rig.startJob();
    rig.send(Requests.chat("first").build());
    await("first");
    var unknown = OtherSchema.request(rig.registry(), "new-schema");

    registry.goDown();
    rig.sendRaw(null, unknown);
    registry.awaitRefused(3);
    rig.send(Requests.chat("neighbour").build());
    await("neighbour");
    registry.comeUp();

    await("new-schema");
    assertThat(rig.restarts()).isZero();
    assertThat(rig.log().deadLetters(letter -> true, 0)).isEmpty();
  }

  @Test
  void shouldRestartAndForgetNothingWhenRegistryStaysAway() throws Exception {
    rig.with("registry.patience", "1 s").startJob();
    rig.send(Requests.chat("first").build());
    await("first");
    var unknown = OtherSchema.request(rig.registry(), "new-schema");

    registry.goDown();
    rig.sendRaw(null, unknown);
    // The attempts of one patience are fewer; the others come from jobs that were started anew.
    registry.awaitRefused(8);
    registry.comeUp();

    await("new-schema");
    assertThat(rig.restarts()).isPositive();
    assertThat(rig.log().deadLetters(letter -> true, 0)).isEmpty();
  }

  private void await(String id) {
    assertThat(
            rig.log()
                .dispatched(
                    DEPLOYMENT, Lane.ONLINE, request -> request.getRequestId().equals(id), 1))
        .isNotEmpty();
  }
}
