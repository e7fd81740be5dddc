package io.streamweir.support;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.topics.TopicProvisioner;
import io.streamweir.kafka.EmbeddedKafka;
import io.streamweir.kafka.EmbeddedKafkaOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** A broker with all topics and a registry, one for all test classes; handed to constructors. */
public final class Cluster implements AutoCloseable {

  private static final String REGISTRY = "memory:ingest-tests";

  private final Path directory;
  private final EmbeddedKafka broker;

  private Cluster() {
    try {
      directory = Files.createTempDirectory("weir-kafka");
    } catch (IOException e) {
      throw new IllegalStateException("No temporary directory", e);
    }
    broker = EmbeddedKafka.start(EmbeddedKafkaOptions.onFreePorts(directory));
    try (var provisioner = new TopicProvisioner(options())) {
      provisioner.provisionFixed();
    }
  }

  /** Options of a new client. */
  public ClientOptions options() {
    return ClientOptions.of(bootstrapServers(), REGISTRY);
  }

  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  public String registryUrl() {
    return REGISTRY;
  }

  @Override
  public void close() throws IOException {
    broker.close();
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Starts the cluster when the first test asks for it, and stops it after the last. */
  public static final class Extension implements ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE =
        ExtensionContext.Namespace.create(Cluster.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Cluster.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(NAMESPACE)
          .getOrComputeIfAbsent(Cluster.class, type -> new Cluster(), Cluster.class);
    }
  }
}
