package io.streamweir.client.register;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.schemas.RequestKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EntryMapTest {

  private static final RequestKey KEY = new RequestKey("t", "r");

  private final EntryMap map = new EntryMap(Duration.ofMillis(100), 10);

  @Test
  void shouldKeepTheFirstEntryOfAKeyWhileItsStreamIsThere() {
    map.add(KEY, stored(1, 1000), 1000);
    map.add(KEY, stored(2, 1100), 1100);

    assertThat(map.get(KEY, 1100).offset()).isEqualTo(1);
    assertThat(map.get(KEY, 1101)).isNull();
  }

  @Test
  void shouldTakeALaterEntryWhenTheFirstIsTooOld() {
    map.add(KEY, stored(1, 1000), 1000);
    map.add(KEY, stored(2, 1101), 1101);

    assertThat(map.get(KEY, 1101).offset()).isEqualTo(2);
  }

  @Test
  void shouldNeverForgetAnEntryWhoseStreamIsThere() {
    for (var number = 0; number < 50; number++) {
      map.add(new RequestKey("t", "r" + number), stored(number, 1000), 1000);
    }

    assertThat(map.get(new RequestKey("t", "r0"), 1100).offset()).isZero();
    assertThat(map.hasRoom("t", 1100)).isFalse();
  }

  @Test
  void shouldGiveATenantAsMuchAsItLeavesFree() {
    var greedy = fill("greedy", 1000);
    assertThat(greedy).isEqualTo(5);
    assertThat(fill("next", 1050)).isEqualTo(3);
    assertThat(fill("third", 1050)).isEqualTo(1);

    assertThat(map.hasRoom("greedy", 1100)).isFalse();
    assertThat(map.hasRoom("greedy", 1101)).as("its oldest are forgotten").isTrue();
    assertThat(map.count("greedy")).isZero();
    assertThat(map.count("next")).isEqualTo(3);
  }

  private int fill(String tenant, long nowMs) {
    var number = 0;
    for (; map.hasRoom(tenant, nowMs); number++) {
      map.add(new RequestKey(tenant, "r" + number), stored(number, nowMs), nowMs);
    }
    return number;
  }

  private static EntryMap.Stored stored(long offset, long writtenAtMs) {
    return new EntryMap.Stored(null, offset, writtenAtMs);
  }
}
