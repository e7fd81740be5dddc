package io.streamweir.kafka;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where a broker lives.
 *
 * @param dataDirectory holds logs and metadata; a broker started on it again has its data back
 * @param host the address it listens on and advertises
 * @param port of clients; 0 takes a free one
 * @param controllerPort of the KRaft controller; 0 takes a free one
 */
public record EmbeddedKafkaOptions(Path dataDirectory, String host, int port, int controllerPort) {

  public EmbeddedKafkaOptions {
    Objects.requireNonNull(dataDirectory, "dataDirectory is null");
    Objects.requireNonNull(host, "host is null");
  }

  /** On loopback and free ports: for tests. */
  public static EmbeddedKafkaOptions onFreePorts(Path dataDirectory) {
    return new EmbeddedKafkaOptions(dataDirectory, "127.0.0.1", 0, 0);
  }
}
