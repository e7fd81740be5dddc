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
    assertThatThrownBy(() -> TABLE.parse(Map.of("ways", "1", "wait", "5 fortnights")))
        .hasMessageContaining("ms, s, min, h or d");
  }

  @Test
  void shouldRefuseWordsThatAreNoPairs() {
    assertThatThrownBy(() -> TABLE.parse("ways", "1")).hasMessageContaining("'ways'");
    assertThatThrownBy(() -> TABLE.parse("--ways")).hasMessageContaining("--ways");
  }
}
