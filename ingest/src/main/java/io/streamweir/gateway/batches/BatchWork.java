package io.streamweir.gateway.batches;

import io.streamweir.client.ClientException;
import io.streamweir.client.ClientOptions;
import io.streamweir.client.internal.RecordKeys;
import io.streamweir.gateway.files.FileErrors;
import io.streamweir.gateway.files.FileStore;
import io.streamweir.schemas.BatchLine;
import io.streamweir.schemas.BatchProblem;
import io.streamweir.schemas.BatchRecord;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import io.streamweir.schemas.registry.RegistryUnavailableException;
import io.streamweir.schemas.registry.SchemaRegistries;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificData;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All batches that run, in the hands of the one gateway that runs them.
 *
 * <p>It works in turns: results that have come, lines that are due, then one transaction of each
 * batch with everything that follows for it. Whoever takes over begins with the records of the last
 * transactions. Blocks on Kafka; used on one thread.
 */
final class BatchWork implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BatchWork.class);

  /** Clocks of gateways may run ahead of those that write results. */
  private static final Duration CLOCK_SLACK = Duration.ofMinutes(1);

  private static final Duration IDLE = Duration.ofMillis(200);
  private static final int PENDING_BYTES = FileStore.CHUNK_BYTES;
  private static final long PENDING_MS = 1000;
  private static final Duration KEPT = Topics.FILES.retention();
  private static final long LOOK_FOR_OLD_MS = 60_000;

  private final ClientOptions options;
  private final BatchOptions settings;
  private final BatchBooks books;
  private final FileStore files;
  private final AvroCodec<InferenceRequest> requests;
  private final AvroCodec<InferenceResult> results;
  private final Supplier<Budget> budgets;
  private final ReadingTurns readingTurns;
  private final Outbox outbox;
  private final Map<RequestKey, BatchJob> jobs = new LinkedHashMap<>();

  /** Whose end is committed, though the books may not show it yet. */
  private final Set<RequestKey> ended = new HashSet<>();

  /** Whose endpoint this gateway does not have. */
  private final Set<RequestKey> foreign = new HashSet<>();

  private ResultTail tail;
  private long lastCommit;
  private long lastLookForOld;

  /**
   * Takes the work over: whoever had it cannot commit any more.
   *
   * @param held whose lines wait for their quota
   * @param budgets what each turn may read
   * @throws org.apache.kafka.common.KafkaException if Kafka does not answer
   */
  BatchWork(
      ClientOptions options,
      BatchOptions settings,
      BatchBooks books,
      FileStore files,
      HeldTenants held,
      Supplier<Budget> budgets) {
    var registry = SchemaRegistries.connect(options.registryUrl());
    this.options = options;
    this.settings = settings;
    this.books = books;
    this.files = files;
    this.budgets = budgets;
    this.readingTurns = new ReadingTurns(held);
    this.requests =
        new AvroCodec<>(registry, Topics.REQUESTS_OFFLINE.subject(), InferenceRequest.class);
    this.results = new AvroCodec<>(registry, Topics.RESULTS.subject(), InferenceResult.class);
    this.outbox = new Outbox(options);
    try {
      books.upToDate().toCompletableFuture().join();
    } catch (RuntimeException e) {
      outbox.close();
      throw e;
    }
    LOG.info("This gateway runs the batches");
  }

  /** Does what is due; waits a moment for results if nothing is. */
  void turn() {
    var now = settings.clock().millis();
    adopt(now);
    for (var job : jobs.values()) {
      onlyFor(job, () -> job.observe(now, books.batches().cancelled(job.key())));
    }
    var reading = readingTurns.of(jobs.values());
    if (tail != null) {
      tail.poll(reading.isEmpty() ? IDLE : Duration.ZERO, this::take);
    }
    var budget = budgets.get();
    for (var turn : reading) {
      var job = turn.job();
      onlyFor(job, () -> job.read(outbox, budget, turn.lines(), turn.bytes(), now));
      if (job.changed()) {
        commit(job);
      }
    }
    if (isDue(now)) {
      jobs.values().stream()
          .filter(job -> job.changed() || job.pendingBytes() > 0)
          .toList()
          .forEach(this::commit);
      lastCommit = now;
    }
    forgetOld(now);
  }

  boolean isIdle() {
    return jobs.isEmpty();
  }

  @Override
  public void close() {
    jobs.values().forEach(BatchJob::close);
    outbox.close();
    closeTail();
  }

  private void adopt(long now) {
    for (var batch : books.batches().all()) {
      var key = BatchTable.keyOf(batch);
      if (BatchStates.isOver(batch.getStatus())) {
        ended.remove(key);
        foreign.remove(key);
      } else if (!jobs.containsKey(key) && !ended.contains(key)) {
        begin(key, batch, now);
      }
    }
  }

  private void begin(RequestKey key, BatchRecord known, long now) {
    var batch = copy(known);
    var endpoint = settings.endpoints().get(batch.getEndpoint());
    if (endpoint == null) {
      leave(key, batch, now);
      return;
    }
    BatchJob job;
    try {
      job = new BatchJob(batch, endpoint, files, requests::encode, settings.limits());
    } catch (RuntimeException e) {
      fail(key, batch, problem(key, e), now);
      return;
    }
    if (tail == null) {
      tail = new ResultTail(options);
    }
    var offsets = batch.getProgress().getResultOffsets();
    var created = Instant.ofEpochMilli(batch.getTimes().getCreatedAtMs());
    tail.include(offsets.isEmpty() ? tail.since(created.minus(CLOCK_SLACK)) : offsets);
    jobs.put(key, job);
    LOG.info("Batch {}: {} lines, {}", key, batch.getCounts().getTotal(), batch.getStatus());
  }

  /** The books are read by others. */
  private static BatchRecord copy(BatchRecord known) {
    return SpecificData.get().deepCopy(BatchRecord.getClassSchema(), known);
  }

  /** Leaves a batch to a gateway that has its endpoint, for as long as it has time. */
  private void leave(RequestKey key, BatchRecord batch, long now) {
    var cancelled = books.batches().cancelled(key).isPresent();
    if (cancelled || now >= batch.getTimes().getExpiresAtMs()) {
      var why =
          "No gateway that has the endpoint "
              + batch.getEndpoint()
              + " ran the batch before it was "
              + (cancelled ? "cancelled" : "over")
              + ".";
      fail(key, batch, new BatchProblem("unknown_endpoint", why, "endpoint"), now);
    } else if (foreign.add(key)) {
      LOG.warn("Batch {} is for {}, which this gateway does not have", key, batch.getEndpoint());
    }
  }

  /** Ends a batch that was not begun, in a transaction of its own: none is open between turns. */
  private void fail(RequestKey key, BatchRecord batch, BatchProblem problem, long now) {
    BatchStates.fail(batch, problem, now);
    BatchAnswers.publish(batch, files, outbox);
    outbox.send(Topics.BATCHES.name(), key, books.batches().encode(batch));
    outbox.commit();
    ended.add(key);
  }

  /** Does something for a job that may cost this job only. */
  private void onlyFor(BatchJob job, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      job.fail(problem(job.key(), e), settings.clock().millis());
    }
  }

  /**
   * What it means for a batch that something went wrong with it.
   *
   * @throws RuntimeException the failure, if it is of Kafka or of the registry: then it is not the
   *     batch's
   */
  private static BatchProblem problem(RequestKey key, RuntimeException failure) {
    var mayPass =
        failure instanceof KafkaException
            || failure instanceof ClientException
            || failure instanceof RegistryUnavailableException;
    if (mayPass && !isOfItsRecord(failure)) {
      throw failure;
    }
    LOG.error("Batch {} cannot go on", key, failure);
    var error = FileErrors.of(failure);
    return new BatchProblem(error.code(), error.message(), null);
  }

  private static boolean isOfItsRecord(Throwable failure) {
    return failure instanceof RecordTooLargeException
        || failure instanceof SerializationException
        || (failure.getCause() != null && isOfItsRecord(failure.getCause()));
  }

  private void take(ConsumerRecord<byte[], byte[]> taken) {
    var key = RecordKeys.of(taken);
    var line = key == null ? null : BatchLine.parse(key.requestId()).orElse(null);
    var job = line == null ? null : jobs.get(new RequestKey(key.tenant(), line.batchId()));
    if (job == null) {
      return;
    }
    try {
      var result = results.decode(taken.value());
      onlyFor(job, () -> job.answer(line.line(), result));
    } catch (UndecodableRecordException e) {
      LOG.warn("The result of {} is ignored: {}", key, e.getMessage());
    }
  }

  private boolean isDue(long now) {
    var pending = jobs.values().stream().mapToLong(BatchJob::pendingBytes).sum();
    return jobs.values().stream().anyMatch(BatchJob::changed)
        || pending >= PENDING_BYTES
        || (pending > 0 && now - lastCommit >= PENDING_MS);
  }

  private void commit(BatchJob job) {
    try {
      job.sendOutput(outbox);
      outbox.flush();
      job.sendRecord(outbox, tail.positions(), books.batches()::encode);
      outbox.commit();
    } catch (RuntimeException e) {
      giveUp(job, problem(job.key(), e));
      return;
    }
    if (job.ended()) {
      LOG.info("Batch {} is over: {}", job.key(), job.status());
      forget(job);
    }
  }

  /** Ends a batch of which no more can be written, as it was when it was last committed. */
  private void giveUp(BatchJob job, BatchProblem problem) {
    outbox.abort();
    books.upToDate().toCompletableFuture().join();
    var known = books.batches().find(job.key()).orElseThrow();
    forget(job);
    try {
      fail(job.key(), copy(known), problem, settings.clock().millis());
    } catch (RuntimeException e) {
      LOG.error("{} stays as it is: {}", job.key(), problem(job.key(), e).getMessage());
      outbox.abort();
    }
  }

  private void forget(BatchJob job) {
    job.close();
    jobs.remove(job.key());
    ended.add(job.key());
    if (jobs.isEmpty()) {
      closeTail();
    }
  }

  private void forgetOld(long now) {
    if (now - lastLookForOld < LOOK_FOR_OLD_MS) {
      return;
    }
    lastLookForOld = now;
    for (var batch : books.batches().all()) {
      if (BatchStates.isOver(batch.getStatus())
          && batch.getTimes().getCreatedAtMs() + KEPT.toMillis() < now) {
        outbox.send(Topics.BATCHES.name(), BatchTable.keyOf(batch), null);
      }
    }
    outbox.commit();
  }

  private void closeTail() {
    if (tail != null) {
      tail.close();
      tail = null;
    }
  }
}
