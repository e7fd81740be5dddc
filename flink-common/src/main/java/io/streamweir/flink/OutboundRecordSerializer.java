package io.streamweir.flink;

import java.util.List;
import java.util.Optional;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetIdentifierProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Hands {@link OutboundRecord}s to a Kafka sink.
 *
 * <p>It declares the topics it may write to, because the pooling of transactional ids finds
 * lingering transactions by topic (see {@link KafkaSinks#exactlyOnce}).
 */
final class OutboundRecordSerializer
    implements KafkaRecordSerializationSchema<OutboundRecord>, KafkaDatasetIdentifierProvider {

  private static final long serialVersionUID = 1L;

  private final List<String> topics;

  OutboundRecordSerializer(List<String> topics) {
    this.topics = List.copyOf(topics);
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      OutboundRecord element, KafkaSinkContext context, Long timestamp) {
    return new ProducerRecord<>(
        element.topic, element.explicitPartition(), element.key, element.value);
  }

  @Override
  public Optional<DefaultKafkaDatasetIdentifier> getDatasetIdentifier() {
    return Optional.of(DefaultKafkaDatasetIdentifier.ofTopics(topics));
  }
}
