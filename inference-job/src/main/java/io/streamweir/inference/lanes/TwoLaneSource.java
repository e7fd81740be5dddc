package io.streamweir.inference.lanes;

import io.streamweir.schemas.Lane;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.RichSourceReaderContext;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.connector.source.SupportsSplitReassignmentOnRecovery;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.kafka.clients.admin.Admin;

/**
 * One source over both dispatch topics of a deployment, each lane pausable on its own.
 *
 * <p>Enumerator and serializers are those of a KafkaSource on both topics; the reader holds a Kafka
 * reader per lane, from a KafkaSource of its own, because a single consumer cannot be paused for
 * one topic without losing what it has read ahead. Two sources under one operator were no
 * alternative: Flink does not restore the splits of chained sources of a multiple-input operator.
 *
 * <p>New partitions are read from their beginning: a request that was dispatched before the job ran
 * must not be lost.
 */
public final class TwoLaneSource
    implements Source<LaneRecord, KafkaPartitionSplit, KafkaSourceEnumState>,
        SupportsSplitReassignmentOnRecovery,
        ResultTypeQueryable<LaneRecord> {

  private static final long serialVersionUID = 1L;

  /** In the order in which the reader serves them. */
  private static final List<Lane> LANES = List.of(Lane.ONLINE, Lane.OFFLINE);

  private final String id = UUID.randomUUID().toString();
  private final LaneOptions options;
  private final KafkaSource<LaneRecord> both;

  public TwoLaneSource(LaneOptions options) {
    this.options = options;
    this.both = kafkaSource(Lane.ONLINE, LANES.stream().map(options::topic).toList());
  }

  /** What {@link SubtaskLanes#of} is asked with. */
  public String id() {
    return id;
  }

  private KafkaSource<LaneRecord> kafkaSource(Lane lane, List<String> topics) {
    return KafkaSource.<LaneRecord>builder()
        .setBootstrapServers(options.bootstrapServers())
        .setGroupId(options.group())
        .setClientIdPrefix(options.group() + "-" + lane.name().toLowerCase(Locale.ROOT))
        .setTopics(topics)
        .setStartingOffsets(OffsetsInitializer.earliest())
        .setDeserializer(new LaneRecordDeserializer(lane))
        .setProperty("commit.offsets.on.checkpoint", "false")
        .setProperty("max.poll.records", Integer.toString(options.maxPollRecords()))
        .setProperty("max.partition.fetch.bytes", Integer.toString(options.partitionFetchBytes()))
        .setProperty("fetch.max.bytes", Integer.toString(options.fetchBytes()))
        .setProperty("reconnect.backoff.max.ms", "200")
        .build();
  }

  @Override
  public SourceReader<LaneRecord, KafkaPartitionSplit> createReader(SourceReaderContext context)
      throws Exception {
    var subtask = SubtaskLanes.of(id, ((RichSourceReaderContext) context).getRuntimeContext());
    var availability = new Availability();
    var readers = new ArrayList<LaneReader>();
    for (var lane : LANES) {
      var topic = options.topic(lane);
      var kafka =
          kafkaSource(lane, List.of(topic)).createReader(new LaneReaderContext(context, lane));
      readers.add(new LaneReader(lane, topic, kafka, subtask.gate(lane), availability));
    }
    var admin = Admin.create(Map.of("bootstrap.servers", options.bootstrapServers()));
    return new TwoLaneReader(
        readers,
        availability,
        subtask,
        new OffsetReporter(admin, options.group(), System::nanoTime));
  }

  @Override
  public Boundedness getBoundedness() {
    return both.getBoundedness();
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> createEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context) {
    return new ReassigningEnumerator(both.createEnumerator(context), context);
  }

  @Override
  public SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> restoreEnumerator(
      SplitEnumeratorContext<KafkaPartitionSplit> context, KafkaSourceEnumState checkpoint)
      throws IOException {
    return new ReassigningEnumerator(both.restoreEnumerator(context, checkpoint), context);
  }

  @Override
  public SimpleVersionedSerializer<KafkaPartitionSplit> getSplitSerializer() {
    return both.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<KafkaSourceEnumState> getEnumeratorCheckpointSerializer() {
    return both.getEnumeratorCheckpointSerializer();
  }

  @Override
  public TypeInformation<LaneRecord> getProducedType() {
    return LaneRecord.TYPE;
  }
}
