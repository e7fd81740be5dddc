package io.streamweir.kafka;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;

/**
 * Where a broker lives.
 *
 * @param dataDirectory holds logs and metadata; a broker started on it again has its data back
 * @param host the address it listens on and advertises
 * @param port of clients
 * @param controllerPort of the KRaft controller
 * @param sessionTimeout how long the broker may be silent before its controller fences it, which
 *     interrupts every client; a node that was killed comes back only after that time
 */
public record EmbeddedKafkaOptions(
    Path dataDirectory, String host, int port, int controllerPort, Duration sessionTimeout) {

  /** A node that is killed may register again only when its old session is over. */
  private static final Duration SOON_BACK = Duration.ofMillis(1500);

  /** On a machine busy with tests a thread may well wait for seconds. */
  private static final Duration PATIENT = Duration.ofSeconds(20);

  public EmbeddedKafkaOptions {
    Objects.requireNonNull(dataDirectory, "dataDirectory is null");
    Objects.requireNonNull(host, "host is null");
    Objects.requireNonNull(sessionTimeout, "sessionTimeout is null");
  }

  /** With a session timeout for quick restarts. */
  public EmbeddedKafkaOptions(Path dataDirectory, String host, int port, int controllerPort) {
    this(dataDirectory, host, port, controllerPort, SOON_BACK);
  }

  /** On loopback and reserved ports, which a broker that is started again has again: for tests. */
  public static EmbeddedKafkaOptions onFreePorts(Path dataDirectory) {
    return new EmbeddedKafkaOptions(
        dataDirectory, "127.0.0.1", ReservedPorts.next(), ReservedPorts.next(), PATIENT);
  }
}
