package io.streamweir.inference;

import static io.streamweir.inference.InferenceSettings.CHECKPOINT_INTERVAL;
import static io.streamweir.inference.InferenceSettings.ENGINE;
import static io.streamweir.inference.InferenceSettings.KV_CACHE;
import static io.streamweir.inference.InferenceSettings.TABLE;
import static io.streamweir.inference.InferenceSettings.WAITING_REQUESTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.config.ConfigException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InferenceSettingsTest {

  private static final Map<String, String> REQUIRED =
      Map.of(
          "kafka.bootstrap.servers", "localhost:9092",
          "schema.registry.url", "memory:x",
          "deployment", "d",
          "model", "m",
          "model.path", "/models/m");

  @Test
  void shouldNeedNothingButWhereAndWhat() {
    var config = TABLE.parse(REQUIRED);
    assertThat(config.get(ENGINE)).isEqualTo("djl");
    assertThat(config.get(CHECKPOINT_INTERVAL)).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.get(KV_CACHE)).isEqualTo(256L << 20);
    assertThat(config.get(WAITING_REQUESTS)).isEqualTo(256);
    assertThat(InferenceJob.name(config)).isEqualTo("m (d)");
  }

  @Test
  void shouldTakeEverySettingThatIsGiven() {
    var values = new HashMap<>(REQUIRED);
    for (var setting : TABLE.settings()) {
      values.putIfAbsent(setting.key(), setting.fallback());
    }
    values.put("waiting.requests", "7");
    assertThat(TABLE.parse(values).get(WAITING_REQUESTS)).isEqualTo(7);
  }

  @Test
  void shouldNameTheSettingThatIsMissing() {
    var values = new HashMap<>(REQUIRED);
    values.remove("model.path");
    assertThatThrownBy(() -> TABLE.parse(values))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("model.path");
  }
}
