package io.streamweir.client.register;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.schemas.RequestKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EntryMapTest {

  private static final RequestKey KEY = new RequestKey("t", "r");

  private final EntryMap map = new EntryMap(Duration.ofMillis(100), 2);

  @Test
  void shouldKeepTheFirstEntryOfAKeyWhileItsStreamIsThere() {
    map.add(KEY, stored(1, 1000));
    map.add(KEY, stored(2, 1100));

    assertThat(map.get(KEY, 1100).offset()).isEqualTo(1);
    assertThat(map.get(KEY, 1101)).isNull();
  }

  @Test
  void shouldTakeALaterEntryWhenTheFirstIsTooOld() {
    map.add(KEY, stored(1, 1000));
    map.add(KEY, stored(2, 1101));

    assertThat(map.get(KEY, 1101).offset()).isEqualTo(2);
  }

  @Test
  void shouldForgetTheOldestBeyondItsLimit() {
    map.add(KEY, stored(1, 1000));
    map.add(new RequestKey("t", "s"), stored(2, 1000));
    map.add(new RequestKey("t", "u"), stored(3, 1000));

    assertThat(map.get(KEY, 1000)).isNull();
    assertThat(map.get(new RequestKey("t", "s"), 1000).offset()).isEqualTo(2);
  }

  private static EntryMap.Stored stored(long offset, long writtenAtMs) {
    return new EntryMap.Stored(null, offset, writtenAtMs);
  }
}
