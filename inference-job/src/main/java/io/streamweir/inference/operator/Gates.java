package io.streamweir.inference.operator;

import io.streamweir.inference.lanes.LaneGate;
import io.streamweir.schemas.Lane;

/**
 * Decides when a lane flows. A lane is held back while the replica is not ready or too much of it
 * waits here; the offline one, besides, unless the engine would take one more into its next steps.
 * So offline work stays in Kafka, where it costs an online request nothing.
 */
final class Gates {

  private final LaneGate online;
  private final LaneGate offline;
  private final int mostRequests;
  private final long mostBytes;

  /**
   * @param mostRequests that may wait, per lane
   * @param mostBytes that may wait, per lane
   */
  Gates(LaneGate online, LaneGate offline, int mostRequests, long mostBytes) {
    this.online = online;
    this.offline = offline;
    this.mostRequests = mostRequests;
    this.mostBytes = mostBytes;
  }

  void closeBoth() {
    online.close();
    offline.close();
  }

  void update(InFlightTable table, EnginePort engine) {
    online.setOpen(hasRoom(table, Lane.ONLINE));
    offline.setOpen(hasRoom(table, Lane.OFFLINE) && engine.statistics().offlineRoom() > 0);
  }

  private boolean hasRoom(InFlightTable table, Lane lane) {
    return table.waiting(lane) < mostRequests && table.waitingBytes(lane) < mostBytes;
  }

  boolean isOpen(Lane lane) {
    return (lane == Lane.ONLINE ? online : offline).isOpen();
  }
}
