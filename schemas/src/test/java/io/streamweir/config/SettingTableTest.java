package io.streamweir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingTableTest {

  private static final Setting<Duration> WAIT = Setting.duration("wait", "2 s", "how long to wait");
  private static final Setting<Long> ROOM = Setting.size("room", "64 kb", "memory for waiting");
  private static final Setting<Integer> WAYS = Setting.integer("ways", null, 1, 8, "ways to go");
  private static final SettingTable TABLE = new SettingTable("the test", List.of(WAIT, ROOM, WAYS));

  @Test
  void shouldFillInDefaults() {
    var config = TABLE.parse("--ways", "3");
    assertThat(config.get(WAIT)).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.get(ROOM)).isEqualTo(64 << 10);
    assertThat(config.get(WAYS)).isEqualTo(3);
  }

  @Test
  void shouldNameAnUnknownKeyAndTheKnownOnes() {
    assertThatThrownBy(() -> TABLE.parse(Map.of("ways", "1", "wayz", "2")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'wayz'")
        .hasMessageContaining("[room, wait, ways]");
  }

  @Test
  void shouldNameAMissingRequiredKey() {
    assertThatThrownBy(() -> TABLE.parse(Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("ways")
        .hasMessageContaining("required");
  }

  @Test
  void shouldSayWhatIsAllowedWhenAValueIsNot() {
    for (var bad : List.of("0", "9", "many", "")) {
      assertThatThrownBy(() -> TABLE.parse(Map.of("ways", bad)))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("ways is '" + bad + "'")
          .hasMessageContaining("from 1 to 8");
    }
    for (var bad : List.of("5 fortnights", "9223372036854775807 d", "99999999999999999999 ms")) {
      assertThatThrownBy(() -> TABLE.parse(Map.of("ways", "1", "wait", bad)))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("ms, s, min, h or d");
    }
  }

  @Test
  void shouldSayTheBoundsOfADuration() {
    var bounded = Setting.duration("rest", "2 s", "1 s", "1 min", "how long to rest");
    var table = new SettingTable("the test", List.of(bounded));

    assertThat(table.parse(Map.of("rest", "60 s")).get(bounded)).isEqualTo(Duration.ofMinutes(1));
    for (var bad : List.of("999 ms", "61 s", "1 h")) {
      assertThatThrownBy(() -> table.parse(Map.of("rest", bad)))
          .hasMessageContaining("rest is '" + bad + "'")
          .hasMessageContaining("ms, s, min, h or d; from 1 s to 1 min");
    }
  }

  @Test
  void shouldRefuseWordsThatAreNoPairs() {
    assertThatThrownBy(() -> TABLE.parse("ways", "1")).hasMessageContaining("'ways'");
    assertThatThrownBy(() -> TABLE.parse("--ways")).hasMessageContaining("--ways");
  }
}
