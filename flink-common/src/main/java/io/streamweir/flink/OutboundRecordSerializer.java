package io.streamweir.flink;

import io.streamweir.schemas.dispatch.RouterIncarnation;
import java.util.List;
import java.util.Optional;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Hands {@link OutboundRecord}s to a Kafka sink.
 *
 * <p>It declares the topics it may write to, because the pooling of transactional ids finds
 * lingering transactions by topic (see {@link KafkaSinks#exactlyOnce}).
 */
final class OutboundRecordSerializer
    implements KafkaRecordSerializationSchema<OutboundRecord>, KafkaDatasetFacetProvider {

  private static final long serialVersionUID = 1L;

  private final List<String> topics;

  OutboundRecordSerializer(List<String> topics) {
    this.topics = List.copyOf(topics);
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      OutboundRecord element, KafkaSinkContext context, Long timestamp) {
    return new ProducerRecord<>(
        element.topic,
        element.explicitPartition(),
        element.key,
        element.value,
        RouterIncarnation.headers(element.incarnation));
  }

  @Override
  public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
    return topics.isEmpty()
        ? Optional.empty()
        : Optional.of(new DefaultKafkaDatasetFacet(DefaultKafkaDatasetIdentifier.ofTopics(topics)));
  }
}
