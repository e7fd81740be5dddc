package io.streamweir.gateway.batches;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.ClusterUnavailableException;
import io.streamweir.client.internal.LogFollower;
import io.streamweir.gateway.files.FileTable;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What the topics tell of files, batches and cancels, kept up to date. Thread-safe. */
final class BatchBooks implements AutoCloseable {

  private static final long TIMEOUT_SECONDS = 10;

  private final FileTable files;
  private final BatchTable batches;
  private final LogFollower follower;

  BatchBooks(ClientOptions options, InstantSource clock) {
    var registry = SchemaRegistries.connect(options.registryUrl());
    this.files = new FileTable(registry, clock);
    this.batches = new BatchTable(registry, clock);
    this.follower =
        new LogFollower(
            options,
            "books",
            List.of(Topics.FILES.name(), Topics.BATCHES.name(), Topics.CONTROL.name()),
            taken -> {
              if (taken.topic().equals(Topics.FILES.name())) {
                files.take(taken);
              } else if (taken.topic().equals(Topics.BATCHES.name())) {
                batches.takeBatch(taken);
              } else {
                batches.takeCommand(taken);
              }
            });
  }

  void start() {
    follower.start();
  }

  FileTable files() {
    return files;
  }

  BatchTable batches() {
    return batches;
  }

  /**
   * @return completes when the books have everything that was on the topics when this was called;
   *     exceptionally with a {@link ClusterUnavailableException} if Kafka does not answer
   */
  CompletionStage<Void> upToDate() {
    return follower
        .upToDate()
        .toCompletableFuture()
        .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    new ClusterUnavailableException(
                        "Files and batches could not be read within "
                            + TIMEOUT_SECONDS
                            + " s: Kafka does not answer, or lacks the topics "
                            + Topics.FILES.name()
                            + " and "
                            + Topics.BATCHES.name()
                            + ".",
                        failure)));
  }

  /** Looks again, when the books are up to date, for what they do not have. */
  <T> CompletionStage<Optional<T>> find(Supplier<Optional<T>> look) {
    var known = look.get();
    return known.isPresent()
        ? CompletableFuture.completedFuture(known)
        : upToDate().thenApply(read -> look.get());
  }

  @Override
  public void close() {
    follower.close();
  }
}
