package io.streamweir.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.config.ConfigException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JdbcSettingsTest {

  private static final Map<String, String> REQUIRED =
      Map.of(
          "kafka.bootstrap.servers", "b:9092",
          "schema.registry.url", "memory:settings",
          "jdbc.url", "jdbc:postgresql://db/usage",
          "jdbc.user", "weir");

  @Test
  void shouldHaveItsDefaultsWhenNothingElseIsSaid() {
    var config = JdbcSettings.TABLE.parse(REQUIRED);

    assertThat(config.get(JdbcSettings.GROUP)).isEqualTo("weir-usage-jdbc");
    assertThat(config.get(JdbcSettings.PASSWORD_FILE)).isEmpty();
    assertThat(config.get(JdbcSettings.TIMEOUT)).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.get(JdbcSettings.CREATE_TABLES)).isTrue();
    assertThat(config.get(JdbcSettings.BATCH)).isEqualTo(500);
    assertThat(config.get(JdbcSettings.RETRY_PAUSE)).isEqualTo(Duration.ofMillis(200));
    assertThat(config.get(JdbcSettings.RETRY_PAUSE_MAX)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void shouldRefuseAnotherDatabaseAndAPasswordThatCannotBeRead() {
    assertThatThrownBy(() -> sink("jdbc.url", "jdbc:mysql://db/usage"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("jdbc:postgresql:");
    assertThatThrownBy(() -> sink("jdbc.password.file", "/no/such/file"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("jdbc.password.file");
  }

  private static void sink(String key, String value) {
    var settings = new HashMap<>(REQUIRED);
    settings.put(key, value);
    new JdbcSink(JdbcSettings.TABLE.parse(settings)).close();
  }
}
