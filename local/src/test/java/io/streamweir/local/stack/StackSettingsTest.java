package io.streamweir.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.config.ConfigException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackSettingsTest {

  @TempDir Path directory;

  @Test
  void shouldAddTheOffsetToEveryPortWhenOneIsSet() {
    var settings = new StackSettings(Map.of("ports.offset", "100", "kafka.port", "9300"));

    assertThat(settings.bootstrapServers()).isEqualTo("127.0.0.1:9400");
    assertThat(settings.gatewayUrl()).isEqualTo("http://127.0.0.1:8100");
    assertThat(settings.registryUrl()).isEqualTo("http://127.0.0.1:8185/apis/ccompat/v7");
  }

  @Test
  void shouldNameTheKnownKeysWhenOneIsUnknown() {
    assertThatThrownBy(() -> new StackSettings(Map.of("kafka.prot", "1")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("kafka.prot")
        .hasMessageContaining("kafka.port");
  }

  @Test
  void shouldRefuseALimitThatAProcessAtWorkExceeds() {
    assertThatThrownBy(() -> new StackSettings(Map.of("hang.limit", "14 s")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("hang.limit", "14000 ms", "0 s (never)", "at least 15 s");
    assertThat(new StackSettings(Map.of("hang.limit", "15 s")).get(StackSettings.HANG_LIMIT))
        .hasSeconds(15);
    assertThat(new StackSettings(Map.of("hang.limit", "0 s")).get(StackSettings.HANG_LIMIT))
        .isZero();
  }

  @Test
  void shouldPassOnWhatIsTheGatewaysOrTheRouters() {
    var settings =
        new StackSettings(
            Map.of(
                "gateway.port", "9000",
                "gateway.keys.required", "true",
                "router.dedupe.ttl", "1 h"));

    assertThat(settings.gatewaySettings()).isEqualTo(Map.of("keys.required", "true"));
    assertThat(settings.keysRequired()).isTrue();
    assertThat(settings.routerSettings())
        .containsEntry("dedupe.ttl", "1 h")
        .containsAllEntriesOf(settings.jobSettings());
    assertThat(settings.jobSettings()).doesNotContainKey("dedupe.ttl");
  }

  @Test
  void shouldRefuseWhatTheGatewayDoesNotKnowOrTheStackDecides() {
    assertThatThrownBy(() -> new StackSettings(Map.of("gateway.keys.wanted", "true")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("keys.wanted", "keys.required");
    assertThatThrownBy(() -> new StackSettings(Map.of("gateway.tls.key", "key.pem")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll("gateway.tls.key", "the stack sets it");
    assertThatThrownBy(() -> new StackSettings(Map.of("router.checkpoint.interval", "1 h")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("router.checkpoint.interval");
  }

  @Test
  void shouldKeepWhatWasWrittenWhenReadAgain() {
    var file = new SettingsFile(directory.resolve("weir.properties"));

    file.write(new StackSettings(Map.of("taskmanagers", "3")));

    assertThat(file.read().written()).isEqualTo(Map.of("taskmanagers", "3"));
    assertThat(file.read().get(StackSettings.TASKMANAGERS)).isEqualTo(3);
  }

  @Test
  void shouldHaveTheDefaultsWhenNothingWasWritten() {
    var file = new SettingsFile(directory.resolve("weir.properties"));

    assertThat(file.read().bootstrapServers()).isEqualTo("127.0.0.1:9092");
  }
}
