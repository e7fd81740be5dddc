package io.streamweir.flink;

import io.streamweir.config.KafkaSettings;
import io.streamweir.schemas.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;

/** The two kinds of sink (I4 in docs/guarantees.md): what must be fast, and what must be exact. */
public final class KafkaSinks {

  /**
   * Longest outage plus recovery that open transactions survive. Longer, and the broker aborts what
   * a checkpoint has promised: results would be lost. The broker's {@code
   * transaction.max.timeout.ms} (default 15 min) must allow it.
   */
  public static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(10);

  private static final long EXACT_LINGER_MS = 5;
  private static final long LONGEST_REQUEST_MS = 30_000;

  /** How long a producer waits for what it must know before it can take a record. */
  private static final long LONGEST_BLOCK_MS = 60_000;

  private final String bootstrapServers;
  private final long patienceMs;

  /**
   * @param patience see {@link KafkaSettings#PATIENCE}
   */
  public KafkaSinks(String bootstrapServers, Duration patience) {
    this.bootstrapServers = bootstrapServers;
    this.patienceMs = patience.toMillis();
  }

  /** At-least-once, each record on its way at once: for tokens, dispatch and status. */
  public Sink<OutboundRecord> fast() {
    return atLeastOnce(0);
  }

  /**
   * At-least-once, batched as {@link #exactlyOnce} does it: to measure what its transactions cost.
   */
  public Sink<OutboundRecord> batched() {
    return atLeastOnce(EXACT_LINGER_MS);
  }

  private Sink<OutboundRecord> atLeastOnce(long lingerMs) {
    return new CalmlyClosedSink<>(
        KafkaSink.<OutboundRecord>builder()
            .setBootstrapServers(bootstrapServers)
            .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
            .setKafkaProducerConfig(producer(lingerMs))
            .setRecordSerializer(new OutboundRecordSerializer(List.of()))
            .build());
  }

  /**
   * Exactly once, in one transaction per checkpoint: for results, usage and dead letters.
   *
   * <p>Transactional ids are pooled: the default naming makes a new id per checkpoint, which the
   * broker remembers for seven days.
   *
   * @param transactionalIdPrefix stable across restarts of the job and unique in the Kafka cluster
   * @param topics every topic that records may name
   */
  public Sink<OutboundRecord> exactlyOnce(String transactionalIdPrefix, List<String> topics) {
    var properties = producer(EXACT_LINGER_MS);
    properties.setProperty("transaction.timeout.ms", Long.toString(TRANSACTION_TIMEOUT.toMillis()));
    return new CalmlyClosedSink<>(
        KafkaSink.<OutboundRecord>builder()
            .setBootstrapServers(bootstrapServers)
            .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
            .setTransactionalIdPrefix(transactionalIdPrefix)
            .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
            .setKafkaProducerConfig(properties)
            .setRecordSerializer(new OutboundRecordSerializer(topics))
            .build());
  }

  /**
   * The same records in a task of their own. What feeds an {@link #exactlyOnce} sink goes through
   * here: flushing and committing a transaction takes the time of several round trips to the broker
   * at each checkpoint, in which a task with both kinds of sink would send nothing.
   *
   * <p>A task whose process was frozen for longer than the limit lets no checkpoint pass.
   *
   * @param name of the operator that takes the records over, and its uid
   * @param freezeLimit shorter than {@code heartbeat.timeout}
   */
  public static DataStream<OutboundRecord> inOwnTask(
      DataStream<OutboundRecord> records, String name, Duration freezeLimit) {
    return records
        .transform(name, OutboundRecord.TYPE, new LeasedRelay(freezeLimit))
        .startNewChain()
        .uid(name);
  }

  private Properties producer(long lingerMs) {
    var properties = new Properties();
    properties.setProperty("linger.ms", Long.toString(lingerMs));
    properties.setProperty("delivery.timeout.ms", Long.toString(patienceMs));
    properties.setProperty("max.block.ms", Long.toString(Math.min(LONGEST_BLOCK_MS, patienceMs)));
    properties.setProperty(
        "request.timeout.ms", Long.toString(Math.min(LONGEST_REQUEST_MS, patienceMs - lingerMs)));
    properties.setProperty("reconnect.backoff.max.ms", "200");
    properties.setProperty("compression.type", "none");
    // The default of 1 MB would fail the job over a long prompt.
    properties.setProperty("max.request.size", Integer.toString(Topics.MAX_INTERNAL_RECORD_BYTES));
    return properties;
  }
}
