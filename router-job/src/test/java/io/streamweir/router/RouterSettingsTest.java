package io.streamweir.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.config.Config;
import io.streamweir.config.ConfigException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RouterSettingsTest {

  @Test
  void shouldHaveDefaultsWhenOnlyAddressesAreGiven() {
    var config = parse();

    assertThat(config.get(RouterSettings.BOOTSTRAP_SERVERS)).isEqualTo("broker:9092");
    assertThat(config.get(RouterSettings.REGISTRY_URL)).isEqualTo("memory:test");
    assertThat(config.get(RouterSettings.REGISTRY_PATIENCE)).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.get(RouterSettings.CHECKPOINT_INTERVAL)).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.get(RouterSettings.PARALLELISM)).isEqualTo(1);
    assertThat(config.get(RouterSettings.DEDUPE_TTL)).isEqualTo(Duration.ofHours(24));
    assertThat(config.get(RouterSettings.MAX_PROMPT_CHARS)).isEqualTo(1_000_000);
    assertThat(config.get(RouterSettings.CATALOGUE_GRACE)).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.get(RouterSettings.TOKENIZE_TIMEOUT)).isEqualTo(Duration.ofSeconds(60));
    assertThat(config.get(RouterSettings.TOKENIZE_CAPACITY)).isEqualTo(64);
  }

  @Test
  void shouldSayHowLongAnIdMayBeRememberedWhenItIsTooLong() {
    for (var tooLong : List.of("10001 d", "20000 d", "99999999999999 d", "0 s")) {
      assertThatThrownBy(() -> parse("--dedupe.ttl", tooLong))
          .isInstanceOf(ConfigException.class)
          .hasMessageContaining("dedupe.ttl is '" + tooLong + "'")
          .hasMessageContaining("from 1 s to 10000 d");
    }
  }

  @Test
  void shouldSayWhatIsRequiredWhenAddressIsMissing() {
    assertThatThrownBy(() -> RouterSettings.TABLE.parse("--parallelism", "2"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("kafka.bootstrap.servers");
  }

  /** The addresses, and what is given. */
  private static Config parse(String... given) {
    var words =
        Stream.of(
            "--kafka.bootstrap.servers", "broker:9092", "--schema.registry.url", "memory:test");
    return RouterSettings.TABLE.parse(
        Stream.concat(words, Stream.of(given)).toArray(String[]::new));
  }
}
