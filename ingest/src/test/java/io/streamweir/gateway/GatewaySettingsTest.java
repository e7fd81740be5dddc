package io.streamweir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.config.ConfigException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GatewaySettingsTest {

  @Test
  void shouldHaveADefaultForEverySetting() {
    var config = GatewaySettings.TABLE.parse();

    assertThat(config.get(GatewaySettings.HOST)).isEqualTo("127.0.0.1");
    assertThat(config.get(GatewaySettings.PORT)).isEqualTo(8000);
    assertThat(config.get(GatewaySettings.BODY_LIMIT)).isEqualTo(4L << 20);
    assertThat(config.get(GatewaySettings.CANCEL_ON_DISCONNECT)).isTrue();
    assertThat(config.get(GatewaySettings.DRAIN_TIMEOUT)).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void shouldTakeWhatIsGiven() {
    var config = GatewaySettings.TABLE.parse("--port", "1", "--first-token.timeout", "3 s");

    assertThat(config.get(GatewaySettings.PORT)).isEqualTo(1);
    assertThat(config.get(GatewaySettings.FIRST_TOKEN_TIMEOUT)).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() {
    assertThatThrownBy(() -> GatewaySettings.TABLE.parse("--prot", "1"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("Unknown setting 'prot' of gateway");
  }
}
