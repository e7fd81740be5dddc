package io.streamweir.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.kafka.ReservedPorts;
import io.streamweir.local.terminal.WeirException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortClaimTest {

  private static final String HOST = "127.0.0.1";

  @Test
  void shouldNameProcessPortAndSettingWhenThePortIsTaken() throws Exception {
    try (var other = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      var claim = new PortClaim(HOST, other.getLocalPort(), "--set kafka.port=1");

      assertThatThrownBy(() -> claim.check("kafka"))
          .isInstanceOf(WeirException.class)
          .hasMessageContaining("Port " + other.getLocalPort())
          .hasMessageContaining("which kafka needs")
          .hasMessageContaining("process " + ProcessHandle.current().pid())
          .hasMessageContaining("--set kafka.port=");
    }
  }

  @Test
  void shouldSeeThePortAsTakenWhenTheOtherListensOnAllAddresses() throws Exception {
    try (var other = new ServerSocket(0)) {
      assertThat(Ports.isFree(HOST, other.getLocalPort())).isFalse();
    }
  }

  @Test
  void shouldPassWhenThePortIsFree() {
    var port = ReservedPorts.next();

    assertThatCode(() -> new PortClaim(HOST, port, "--set kafka.port=1").check("kafka"))
        .doesNotThrowAnyException();
    assertThat(Ports.answers(HOST, port)).isFalse();
  }
}
