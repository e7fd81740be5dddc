package io.streamweir.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.inference.lanes.LaneGate;
import io.streamweir.inference.testing.Request;
import io.streamweir.schemas.Lane;
import org.junit.jupiter.api.Test;

class GatesTest {

  private static final int ROOM_BYTES = 1000;

  private final LaneGate online = new LaneGate();
  private final LaneGate offline = new LaneGate();
  private final Gates gates = new Gates(online, offline, 10, ROOM_BYTES);
  private final InFlightTable table = new InFlightTable();
  private final FakeEngine engine = new FakeEngine();

  @Test
  void shouldCloseOnlyTheLaneWhoseBytesFillItsRoom() {
    var large = inFlight("large", Lane.OFFLINE, ROOM_BYTES);
    table.add(large);
    gates.update(table, engine);
    assertThat(offline.isOpen()).isFalse();
    assertThat(online.isOpen()).isTrue();

    table.remove(large);
    gates.update(table, engine);
    assertThat(offline.isOpen()).isTrue();
  }

  @Test
  void shouldOpenAgainWhenAWaitingRequestGetsItsFirstToken() {
    var large = inFlight("large", Lane.ONLINE, ROOM_BYTES);
    table.add(large);
    gates.update(table, engine);
    assertThat(online.isOpen()).isFalse();

    table.update(large, () -> large.append(FakeEngine.tokens("t/large", 0, 1), 1));
    gates.update(table, engine);
    assertThat(online.isOpen()).isTrue();
    table.remove(large);
    assertThat(table.waitingBytes(Lane.ONLINE)).isZero();
  }

  private static InFlight inFlight(String id, Lane lane, int bytes) {
    return new InFlight(Request.online("t", id, 1).dispatched(), new byte[bytes], lane, 0);
  }
}
