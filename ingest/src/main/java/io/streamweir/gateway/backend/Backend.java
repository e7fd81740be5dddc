package io.streamweir.gateway.backend;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.StreamweirClient;
import io.streamweir.client.catalogue.DeploymentCatalogue;
import io.streamweir.client.catalogue.ServedModel;
import io.streamweir.client.register.StreamRegister;
import io.streamweir.gateway.batches.BatchOptions;
import io.streamweir.gateway.batches.BatchService;
import io.streamweir.schemas.Deployment;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to Kafka: opened in the background, however long Kafka takes to come up, and watched from
 * then on. Thread-safe; no method blocks but {@link #close}.
 */
public final class Backend implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Backend.class);
  private static final long RETRY_SECONDS = 1;

  private final ClientOptions options;
  private final Access access;
  private final int streamsLimit;
  private final BatchOptions batches;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var created = new Thread(task, "gateway-backend");
            created.setDaemon(true);
            return created;
          });

  private volatile Connection connection;
  private volatile boolean closed;
  private volatile Readiness readiness = Readiness.not("connecting to Kafka");

  private record Connection(
      StreamweirClient client,
      DeploymentCatalogue catalogue,
      StreamRegister register,
      AccessReader access,
      BatchService batches,
      KafkaProbe probe) {

    /** The client first; one that fails to close keeps no other open. */
    void close() {
      try (probe;
          batches;
          access;
          register;
          catalogue;
          client) {
        LOG.debug("Disconnecting from Kafka");
      }
    }
  }

  private Backend(ClientOptions options, Access access, BatchOptions batches, int streamsLimit) {
    this.options = options;
    this.access = access;
    this.batches = batches;
    this.streamsLimit = streamsLimit;
  }

  /**
   * Begins to connect.
   *
   * @param access is kept up to date
   * @param streamsLimit entries that the register of streams may have
   */
  public static Backend open(
      ClientOptions options, Access access, BatchOptions batches, int streamsLimit) {
    var backend = new Backend(options, access, batches, streamsLimit);
    backend.thread.execute(backend::connect);
    return backend;
  }

  /** Empty until the first connection; from then on the client deals with outages by itself. */
  public Optional<StreamweirClient> client() {
    return Optional.ofNullable(connection).map(Connection::client);
  }

  /** Empty until the first connection. */
  public Optional<StreamRegister> register() {
    return Optional.ofNullable(connection).map(Connection::register);
  }

  /** Empty until the first connection. */
  public Optional<BatchService> batches() {
    return Optional.ofNullable(connection).map(Connection::batches);
  }

  /** The name of the model that a deployment serves; the deployment's own if it is gone. */
  public String modelOf(String deployment) {
    var current = connection;
    return current == null
        ? deployment
        : current
            .catalogue
            .view()
            .deployment(deployment)
            .map(Deployment::getModel)
            .orElse(deployment);
  }

  /** Models of deployments that are ready. */
  public List<ServedModel> models() {
    var current = connection;
    return current == null ? List.of() : current.catalogue.view().models();
  }

  public Readiness readiness() {
    var current = connection;
    return current == null || !readiness.ready() ? readiness : current.probe.readiness();
  }

  @Override
  public void close() {
    Connection current;
    synchronized (this) {
      closed = true;
      current = connection;
    }
    thread.shutdown();
    if (current != null) {
      current.close();
    }
  }

  private void connect() {
    if (closed) {
      return;
    }
    try {
      var made = open();
      if (keep(made)) {
        awaitReaders(made);
      } else {
        made.close();
      }
    } catch (RuntimeException e) {
      LOG.warn("No connection yet, next attempt in {} s: {}", RETRY_SECONDS, e.getMessage());
      readiness = Readiness.not(e.getMessage());
      if (!closed) {
        thread.schedule(this::connect, RETRY_SECONDS, TimeUnit.SECONDS);
      }
    }
  }

  /** Leaves nothing open if a part of it fails. */
  private Connection open() {
    var opened = new ArrayDeque<Runnable>();
    try {
      var client = StreamweirClient.connect(options);
      opened.push(client::close);
      var catalogue = DeploymentCatalogue.open(options);
      opened.push(catalogue::close);
      var register = StreamRegister.open(options, streamsLimit);
      opened.push(register::close);
      var reader = new AccessReader(options, access);
      opened.push(reader::close);
      var running = BatchService.open(options, batches, access.quotas()::limit);
      opened.push(running::close);
      return new Connection(client, catalogue, register, reader, running, new KafkaProbe(options));
    } catch (RuntimeException e) {
      opened.forEach(Runnable::run);
      throw e;
    }
  }

  /** Returns false if nobody wants it any more. */
  private synchronized boolean keep(Connection made) {
    if (!closed) {
      connection = made;
    }
    return !closed;
  }

  private void awaitReaders(Connection made) {
    readiness =
        Readiness.not("positioning the readers of tokens, catalogue, streams, keys and usage");
    made.client
        .ready()
        .thenCombine(made.catalogue.loaded(), (positioned, loaded) -> loaded)
        .thenCombine(made.register.loaded(), (catalogue, loaded) -> loaded)
        .thenCombine(made.access.loaded(), (register, loaded) -> Readiness.READY)
        .thenAccept(
            ready -> {
              // Not before it is known whose lines are held.
              made.batches.run();
              readiness = ready;
              LOG.info("Connected; tokens arrive on partition {}", made.client.replyPartition());
            });
  }
}
