package io.streamweir.inference.lanes;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.schemas.Lane;
import java.util.List;
import org.apache.flink.core.io.InputStatus;
import org.junit.jupiter.api.Test;

class LanePollerTest {

  private final QueueReader online = new QueueReader();
  private final QueueReader offline = new QueueReader();
  private final LaneGate onlineGate = new LaneGate();
  private final LaneGate offlineGate = new LaneGate();
  private final CollectingOutput output = new CollectingOutput();
  private final Availability availability = new Availability();
  private final LanePoller poller =
      new LanePoller(
          List.of(
              new LaneReader(Lane.ONLINE, "on", online, onlineGate, availability),
              new LaneReader(Lane.OFFLINE, "off", offline, offlineGate, availability)),
          availability);

  @Test
  void shouldServeOnlineFirstOneRecordACall() throws Exception {
    openBoth();
    offline.give(record(Lane.OFFLINE));
    online.give(record(Lane.ONLINE));
    online.give(record(Lane.ONLINE));
    for (int polled = 1; polled <= 3; polled++) {
      assertThat(poller.poll(output)).isEqualTo(InputStatus.MORE_AVAILABLE);
      assertThat(output.records).hasSize(polled);
    }
    assertThat(output.records)
        .extracting(record -> record.lane)
        .containsExactly(Lane.ONLINE, Lane.ONLINE, Lane.OFFLINE);
  }

  @Test
  void shouldNotTouchAClosedLaneNorSayThatThereIsMore() throws Exception {
    offlineGate.open();
    online.give(record(Lane.ONLINE));
    assertThat(poller.poll(output)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
    assertThat(online.polls).isZero();
    assertThat(poller.available()).isNotDone();
  }

  @Test
  void shouldStopAtTheRecordAtWhichTheGateCloses() throws Exception {
    openBoth();
    online.give(record(Lane.ONLINE));
    online.give(record(Lane.ONLINE));
    poller.poll(output);
    onlineGate.close();
    assertThat(poller.poll(output)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
    assertThat(output.records).hasSize(1);
  }

  @Test
  void shouldWakeWhenTheGateOfAWaitingLaneOpens() throws Exception {
    online.give(record(Lane.ONLINE));
    var future = poller.available();
    assertThat(future).isNotDone();
    onlineGate.open();
    assertThat(future).isCompleted();
    assertThat(poller.available()).isCompleted();
    poller.poll(output);
    assertThat(output.records).hasSize(1);
  }

  @Test
  void shouldWakeWhenARecordComesToAnOpenLane() {
    openBoth();
    var future = poller.available();
    assertThat(future).isNotDone();
    offline.give(record(Lane.OFFLINE));
    assertThat(future).isCompleted();
  }

  @Test
  void shouldSleepAgainWhenThereWasNothingAfterAll() throws Exception {
    openBoth();
    online.give(record(Lane.ONLINE));
    poller.poll(output);
    assertThat(poller.poll(output)).isEqualTo(InputStatus.NOTHING_AVAILABLE);
    assertThat(poller.available()).isNotDone();
  }

  @Test
  void shouldNotPileUpWaitersOnAnIdleLaneWhoseGateMovesOften() {
    onlineGate.open();
    for (int i = 0; i < 100; i++) {
      offlineGate.open();
      poller.available();
      offlineGate.close();
      poller.available();
    }
    assertThat(offline.available.getNumberOfDependents()).isEqualTo(1);
    assertThat(online.available.getNumberOfDependents()).isEqualTo(1);
  }

  private void openBoth() {
    onlineGate.open();
    offlineGate.open();
  }

  private static LaneRecord record(Lane lane) {
    return new LaneRecord(lane, "topic", 0, 0, null, null, 0);
  }
}
