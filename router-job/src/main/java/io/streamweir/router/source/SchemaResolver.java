package io.streamweir.router.source;

import io.streamweir.schemas.codec.UndecodableRecordException;
import io.streamweir.schemas.registry.RegistryUnavailableException;
import io.streamweir.schemas.registry.SchemaRegistry;
import io.streamweir.schemas.registry.UnknownSchemaException;
import io.streamweir.threads.DaemonThreads;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.avro.AvroRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the registry for schemas on a thread of its own, and again with growing pauses while the
 * registry does not answer: a hiccup of the registry delays the records that need it, and neither
 * loses nor condemns them. How long to go on is the caller's decision.
 *
 * <p>Thread-safe.
 */
final class SchemaResolver implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SchemaResolver.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final SchemaRegistry registry;
  private final Set<Integer> known = ConcurrentHashMap.newKeySet();
  private final Map<Integer, CompletableFuture<Void>> asked = new ConcurrentHashMap<>();
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("weir-schema-resolver"));

  /**
   * @param knownId a schema that the registry has told already
   */
  SchemaResolver(SchemaRegistry registry, int knownId) {
    this.registry = registry;
    known.add(knownId);
  }

  /** Whether decoding a record with this schema needs no question to the registry. */
  boolean knows(int schemaId) {
    return known.contains(schemaId);
  }

  /**
   * Completes when the schema is known, on the thread of the resolver; fails with {@link
   * UndecodableRecordException} if there is no such Avro schema.
   */
  CompletableFuture<Void> resolve(int schemaId) {
    return asked.computeIfAbsent(
        schemaId,
        id -> {
          var answer = new CompletableFuture<Void>();
          executor.execute(() -> ask(id, answer, FIRST_PAUSE));
          return answer;
        });
  }

  private void ask(int id, CompletableFuture<Void> answer, Duration pause) {
    try {
      registry.schemaOf(id);
      known.add(id);
      finish(id, () -> answer.complete(null));
    } catch (UnknownSchemaException | AvroRuntimeException e) {
      var reason = new UndecodableRecordException("unknown_schema_id", e.getMessage(), e);
      finish(id, () -> answer.completeExceptionally(reason));
    } catch (RegistryUnavailableException e) {
      LOG.warn(
          "Schema {} is not available, next attempt in {} ms: {}",
          id,
          pause.toMillis(),
          e.getMessage());
      executor.schedule(
          () -> ask(id, answer, longer(pause)), pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RuntimeException e) {
      finish(id, () -> answer.completeExceptionally(e));
    }
  }

  private void finish(int id, Runnable completion) {
    asked.remove(id);
    completion.run();
  }

  private static Duration longer(Duration pause) {
    var twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
