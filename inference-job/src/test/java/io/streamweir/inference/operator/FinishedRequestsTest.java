package io.streamweir.inference.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FinishedRequestsTest {

  @Test
  void shouldForgetTheOldestWhenFull() {
    var finished = new FinishedRequests(1000);
    for (int i = 0; i < 5000; i++) {
      finished.add("t/" + i, i);
    }
    assertThat(finished.size()).isBetween(1000 - 512, 1000);
    assertThat(finished.contains("t/4999")).isTrue();
    assertThat(finished.contains("t/0")).isFalse();
  }

  @Test
  void shouldRememberWhatWasRestored() {
    var before = finishedFrom(0, 1200);
    var after = new FinishedRequests(10_000);
    after.restore(before.encode());
    assertThat(after.size()).isEqualTo(1200);
    assertThat(after.contains("t/0")).isTrue();
    assertThat(after.contains("t/1199")).isTrue();
  }

  @Test
  void shouldKeepTheNewestOfAllSubtasksWhenRestoredFromSeveral() {
    var all = new ArrayList<byte[]>(finishedFrom(5000, 900).encode());
    all.addAll(finishedFrom(0, 900).encode());
    all.addAll(finishedFrom(5000, 900).encode());
    var after = new FinishedRequests(1000);
    after.restore(all);
    assertThat(after.contains("t/5899")).isTrue();
    assertThat(after.contains("t/0")).isFalse();
  }

  @Test
  void shouldEncodeAFullSegmentOnlyOnce() {
    var finished = finishedFrom(0, 600);
    var first = finished.encode();
    finished.add("t/last", 600);
    var second = finished.encode();
    assertThat(second.get(0)).isSameAs(first.get(0));
    assertThat(second.get(1)).isNotEqualTo(first.get(1));
  }

  @Test
  void shouldNameTheVersionWhenTheStateIsOfALaterRelease() {
    var bytes = finishedFrom(0, 1).encode().get(0);
    bytes[0] = 9;
    assertThatThrownBy(() -> new FinishedRequests(10).restore(List.of(bytes)))
        .hasMessageContaining("version 9");
  }

  /** As two replicas do it that write what they know of each other. */
  @Test
  void shouldNotGrowWhenReplicasRestartAgainAndAgain() {
    var state = new ArrayList<byte[]>();
    for (int restart = 0; restart < 20; restart++) {
      var written = new ArrayList<byte[]>();
      for (int replica = 0; replica < 2; replica++) {
        var finished = new FinishedRequests(10_000);
        finished.restore(state);
        finished.add("request-%d-%d".formatted(restart, replica), restart);
        written.addAll(finished.encode());
      }
      state = written;
    }

    assertThat(state).hasSize(2);
    var restored = new FinishedRequests(10_000);
    restored.restore(state);
    assertThat(restored.size()).isEqualTo(40);
  }

  private static FinishedRequests finishedFrom(int first, int count) {
    var finished = new FinishedRequests(10_000);
    for (int i = first; i < first + count; i++) {
      finished.add("t/" + i, i);
    }
    return finished;
  }
}
