package io.streamweir.inference.journal;

import io.streamweir.flink.LogClients;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.codec.UndecodableRecordException;
import io.streamweir.schemas.registry.SchemaRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the token log back for a replica that follows another, on a thread of its own.
 *
 * <p>A successor reads from where the checkpoint says. Whatever it then takes up and a predecessor
 * may have had, it <em>claims</em> before anything else: a marker with its incarnation goes into
 * the log, and when the marker has been read back, all that readers accept of predecessors is
 * known. What they append later, a frozen process that wakes up for instance, is ignored by every
 * reader.
 *
 * <p>After {@link #WINDOW} nothing of a predecessor can reach the log any more, and a claim is
 * answered from what was read. From then on the thread only keeps the end of the log for the
 * checkpoints.
 *
 * <p>A log that was truncated behind the checkpoint makes the requests concerned {@link
 * Released#isLost() lost}.
 */
public final class TokenJournal implements Runnable {

  /** A request to be taken over. */
  public record Claim(RequestKey key, int partition) {}

  /** A request that has been taken over. */
  public record Claimed(RequestKey key, Released released) {}

  /** A request that the restored state knows, and how far in tokens, text and deltas. */
  public record Known(RequestKey key, int tokens, int codePoints, int deltas) {}

  /** Hears of the journal, by the way that {@link #start} is given. */
  public interface Owner {

    /**
     * The log has been read.
     *
     * @param incarnation higher than any of this deployment that is in the log
     */
    void journalRead(long incarnation);

    /** Readers ignore whatever anyone else writes of these from now on. */
    void claimed(List<Claimed> requests);
  }

  /**
   * How long a record of a predecessor may still come after it was replaced: the delivery timeout
   * of its producer, which drops what is older, and some time to spare. That it takes up nothing
   * new in that time is the {@link io.streamweir.flink.Lease}'s part.
   */
  static final Duration WINDOW = Duration.ofSeconds(150);

  private static final Logger LOG = LoggerFactory.getLogger(TokenJournal.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration KEEP_ENDS = Duration.ofMillis(500);
  private static final long CLOSE_MILLIS = 5_000;

  private record Pending(Claim claim, long markerOffset) {}

  private final JournalOptions options;
  private final Clock clock;
  private final AvroCodec<TokenChunk> codec;
  private final Predecessors predecessors;
  private final Consumer<Consumer<Owner>> owner;
  private final Thread thread;
  private final BlockingQueue<Claim> claims = new LinkedBlockingQueue<>();
  private final List<Pending> pending = new ArrayList<>();
  private final Set<Integer> truncated = new HashSet<>();
  private final Markers markers;
  private volatile KafkaConsumer<byte[], byte[]> consumer;
  private volatile Map<Integer, Long> positions;
  private final Replay replay = new Replay();
  private volatile boolean settled;
  private volatile boolean closed;
  private long incarnation;
  private long windowEndNanos;
  private long endsKeptNanos;
  private Map<Integer, Long> ends = Map.of();

  /**
   * @param known requests of the restored state
   * @param owner the way to the owner, on its thread
   */
  public TokenJournal(
      JournalOptions options,
      SchemaRegistry registry,
      Clock clock,
      List<Known> known,
      Consumer<Consumer<Owner>> owner) {
    this.options = options;
    this.clock = clock;
    this.owner = owner;
    this.codec = new AvroCodec<>(registry, Topics.TOKENS.subject(), TokenChunk.class);
    this.markers = new Markers(options, codec);
    this.predecessors =
        new Predecessors(options.deployment(), key -> !options.finished().test(key));
    known.forEach(
        request ->
            predecessors.expect(
                request.key(), request.tokens(), request.codePoints(), request.deltas()));
    this.positions = options.readFrom();
    this.thread = new Thread(this, options.clientId());
    thread.setDaemon(true);
  }

  /** Starts to read; {@link Owner#journalRead} answers. */
  public void start() {
    thread.start();
  }

  /** Takes requests over; {@link Owner#claimed} answers. Any thread. */
  public void claim(List<Claim> requests) {
    claims.addAll(requests);
    var reading = consumer;
    if (reading != null && !settled) {
      reading.wakeup();
    }
  }

  /**
   * Whether a predecessor may have had a request, so that it must be claimed.
   *
   * @param topic the dispatch topic that the request was read from
   */
  public boolean inDoubt(String topic, int partition, long offset) {
    if (!options.follows() || settled) {
      return false;
    }
    return replay.concerns(new TopicPartition(topic, partition), offset);
  }

  /** The replica reads a partition of a dispatch topic from an offset on. */
  public void reads(String topic, int partition, long startOffset) {
    replay.startsAt(new TopicPartition(topic, partition), startOffset);
  }

  /** The replica has taken a record of a dispatch topic. */
  public void taken(String topic, int partition, long offset) {
    if (!settled) {
      replay.passed(new TopicPartition(topic, partition), offset);
    }
  }

  /**
   * From where a successor has to read, by partition of the tokens topic: for the state. Empty as
   * long as nothing was released. Any thread.
   */
  public Map<Integer, Long> positions() {
    return positions;
  }

  /** Ends the thread and waits for it, within bounds. */
  public void close() {
    closed = true;
    var reading = consumer;
    if (reading != null) {
      reading.wakeup();
    }
    if (settled) {
      thread.interrupt();
    }
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void run() {
    try (var opened = LogClients.consumer(options.bootstrapServers(), options.clientId())) {
      consumer = opened;
      work(opened);
    } catch (RuntimeException | InterruptedException e) {
      failUnlessClosed(e);
    } finally {
      markers.close();
    }
  }

  private void failUnlessClosed(Exception cause) {
    if (closed) {
      LOG.debug("{} ends", options.clientId(), cause);
      return;
    }
    owner.accept(
        o -> {
          throw new IllegalStateException(
              "The token log cannot be read back from " + Topics.TOKENS.name() + ": " + cause,
              cause);
        });
  }

  private void work(KafkaConsumer<byte[], byte[]> consumer) throws InterruptedException {
    var log = LogClients.partitions(consumer, Topics.TOKENS.name());
    ends = byPartition(consumer.endOffsets(log));
    if (options.follows()) {
      var dispatchEnds = dispatchEnds(consumer);
      replay.endsAt(dispatchEnds);
      readBack(consumer, log, dispatchEnds);
    } else {
      settled = true;
      positions = ends;
    }
    incarnation = Math.max(clock.millis(), predecessors.newestIncarnation() + 1);
    incarnation = Math.max(incarnation, options.knownIncarnation() + 1);
    var mine = incarnation;
    owner.accept(o -> o.journalRead(mine));
    windowEndNanos = System.nanoTime() + WINDOW.toNanos();
    while (!closed) {
      try {
        turn(consumer, log);
      } catch (WakeupException e) {
        LOG.trace("{} has claims", options.clientId());
      }
    }
  }

  private void readBack(
      KafkaConsumer<byte[], byte[]> consumer,
      List<TopicPartition> log,
      Map<TopicPartition, Long> dispatchEnds) {
    var beginnings = byPartition(consumer.beginningOffsets(log));
    var from =
        options.readFrom().isEmpty()
            ? sinceFirstDispatch(consumer, log, dispatchEnds)
            : options.readFrom();
    consumer.assign(log);
    for (var partition : log) {
      var beginning = beginnings.get(partition.partition());
      var start = from.getOrDefault(partition.partition(), beginning);
      if (start < beginning) {
        truncated.add(partition.partition());
        LOG.warn(
            "{} was truncated from {} to {}: the streams of requests that were in flight start over",
            partition,
            start,
            beginning);
      }
      consumer.seek(partition, Math.max(start, beginning));
    }
    var readTo = ends;
    while (!closed
        && log.stream().anyMatch(p -> consumer.position(p) < readTo.get(p.partition()))) {
      consumer.poll(POLL).forEach(this::fold);
    }
  }

  /** Without a checkpoint: no request can have been answered before it was dispatched. */
  private Map<Integer, Long> sinceFirstDispatch(
      KafkaConsumer<byte[], byte[]> consumer,
      List<TopicPartition> log,
      Map<TopicPartition, Long> dispatchEnds) {
    var dispatch = new ArrayList<>(dispatchEnds.keySet());
    consumer.assign(dispatch);
    consumer.seekToBeginning(dispatch);
    var first = Long.MAX_VALUE;
    var unseen = new HashSet<>(dispatch);
    unseen.removeIf(p -> consumer.position(p) >= dispatchEnds.get(p));
    while (!closed && !unseen.isEmpty()) {
      for (var record : consumer.poll(POLL)) {
        if (unseen.remove(new TopicPartition(record.topic(), record.partition()))) {
          first = Math.min(first, record.timestamp());
        }
      }
    }
    if (first == Long.MAX_VALUE) {
      positions = ends;
      return ends;
    }
    var since = Math.max(0, first - options.clockSkew().toMillis());
    var found =
        consumer.offsetsForTimes(log.stream().collect(Collectors.toMap(p -> p, p -> since)));
    var from = new HashMap<Integer, Long>();
    found.forEach(
        (partition, match) ->
            from.put(
                partition.partition(),
                match == null ? ends.get(partition.partition()) : match.offset()));
    positions = from;
    return from;
  }

  private Map<TopicPartition, Long> dispatchEnds(KafkaConsumer<byte[], byte[]> consumer) {
    var partitions = new ArrayList<TopicPartition>();
    options
        .dispatchTopics()
        .forEach(topic -> partitions.addAll(LogClients.partitions(consumer, topic)));
    return consumer.endOffsets(partitions);
  }

  private static Map<Integer, Long> byPartition(Map<TopicPartition, Long> offsets) {
    return offsets.entrySet().stream()
        .collect(Collectors.toMap(entry -> entry.getKey().partition(), Map.Entry::getValue));
  }

  /** One round: claims, what is new in the log, the end of the log. */
  private void turn(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> log)
      throws InterruptedException {
    if (settled) {
      handFrom(claims.poll(KEEP_ENDS.toMillis(), TimeUnit.MILLISECONDS));
      keepEnds(consumer, log);
      return;
    }
    var taken = new ArrayList<Claim>();
    claims.drainTo(taken);
    if (!taken.isEmpty()) {
      markers
          .write(taken, incarnation)
          .forEach((claim, offset) -> pending.add(new Pending(claim, offset)));
    }
    consumer.poll(POLL).forEach(this::fold);
    answer(consumer);
    settleWhenOver(consumer);
  }

  /** What was claimed in the moment in which it was settled that nothing can be. */
  private void handFrom(Claim claim) {
    if (claim != null) {
      var late = new ArrayList<>(List.of(claim));
      claims.drainTo(late);
      hand(late);
    }
  }

  private void fold(ConsumerRecord<byte[], byte[]> record) {
    try {
      var chunk = codec.decode(record.value());
      if (incarnation == 0 || chunk.getIncarnation() < incarnation) {
        predecessors.accept(chunk);
      }
    } catch (UndecodableRecordException e) {
      LOG.warn(
          "{}-{} offset {} is no chunk and is skipped: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getMessage());
    }
  }

  /** Hands over what has been read up to its marker. */
  private void answer(KafkaConsumer<byte[], byte[]> consumer) {
    if (pending.isEmpty()) {
      return;
    }
    var read = new ArrayList<Claim>();
    pending.removeIf(
        waiting -> {
          var partition = new TopicPartition(Topics.TOKENS.name(), waiting.claim().partition());
          var done = consumer.position(partition) > waiting.markerOffset();
          if (done) {
            read.add(waiting.claim());
          }
          return done;
        });
    hand(read);
  }

  private void hand(List<Claim> read) {
    if (read.isEmpty()) {
      return;
    }
    var answers = new ArrayList<Claimed>();
    for (var claim : read) {
      var released = predecessors.claim(claim.key());
      if (truncated.contains(claim.partition())) {
        released.loseTail();
      }
      answers.add(new Claimed(claim.key(), released));
    }
    owner.accept(o -> o.claimed(answers));
  }

  /**
   * After the window, and when nothing is left that could be claimed, there is nothing to read.
   * What another replica took over from the state stays unclaimed here: it counts no more when
   * everything that was dispatched before has been taken.
   */
  private void settleWhenOver(KafkaConsumer<byte[], byte[]> consumer) {
    if (System.nanoTime() < windowEndNanos || !pending.isEmpty()) {
      return;
    }
    predecessors.retain(key -> replay.owns(key.partition(replay.partitions())));
    if (claims.isEmpty() && (predecessors.isEmpty() || replay.isOver())) {
      settled = true;
      consumer.assign(List.of());
      markers.close();
      LOG.info("{} has nothing of its predecessors left to take over", options.clientId());
    }
  }

  /**
   * A successor needs what it may have to claim from us, and, as long as there is something, what
   * we may still have to claim.
   */
  private void keepEnds(KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> log) {
    var now = System.nanoTime();
    if (now - endsKeptNanos < KEEP_ENDS.toNanos()) {
      return;
    }
    endsKeptNanos = now;
    try {
      ends = byPartition(consumer.endOffsets(log));
      positions = ends;
    } catch (RetriableException e) {
      LOG.warn(
          "The end of {} is not known; until it is, a successor would read from where it was last: {}",
          Topics.TOKENS.name(),
          e.toString());
    }
  }
}
