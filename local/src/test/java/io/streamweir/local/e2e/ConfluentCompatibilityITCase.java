package io.streamweir.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.HttpSchemaRegistry;
import io.streamweir.schemas.registry.IncompatibleSchemaException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.apache.flink.formats.avro.registry.confluent.ConfluentRegistryAvroDeserializationSchema;
import org.apache.flink.formats.avro.registry.confluent.ConfluentRegistryAvroSerializationSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Our records against the genuine Confluent client (as repackaged by Flink) and a real registry.
 */
@ExtendWith(SharedStack.class)
class ConfluentCompatibilityITCase {

  private final String url;
  private final HttpSchemaRegistry registry;
  private final AvroCodec<InferenceRequest> codec;

  ConfluentCompatibilityITCase(RunningStack stack) {
    url = stack.stack().settings().registryUrl();
    registry = new HttpSchemaRegistry(url);
    codec = new AvroCodec<>(registry, Topics.REQUESTS.subject(), InferenceRequest.class);
  }

  @Test
  void shouldAgreeWithTheGenuineClientOnIdsAndSchemas() throws Exception {
    var genuine = new CachedSchemaRegistryClient(url, 100);
    for (var topic : Topics.FIXED) {
      var metadata = genuine.getLatestSchemaMetadata(topic.subject());
      assertThat(registry.idOf(topic.subject(), topic.value())).isEqualTo(metadata.getId());
      assertThat(new Schema.Parser().parse(metadata.getSchema())).isEqualTo(topic.value());
      assertThat(registry.schemaOf(metadata.getId())).isEqualTo(topic.value());
    }
  }

  @Test
  void shouldBeReadByTheGenuineClient() throws Exception {
    var request = RunningStack.chat("größe 42").setTenant("shop").build();

    var read = reader().deserialize(codec.encode(request));

    assertThat(read.get("request_id").toString()).isEqualTo(request.getRequestId());
    assertThat(read.get("tenant").toString()).isEqualTo("shop");
    assertThat(read.get("messages").toString()).contains("größe 42");
  }

  @Test
  void shouldReadWhatTheGenuineClientWrites() throws Exception {
    var request = RunningStack.chat("hello").build();
    var generic = reader().deserialize(codec.encode(request));
    var writer =
        ConfluentRegistryAvroSerializationSchema.forGeneric(
            Topics.REQUESTS.subject(), generic.getSchema(), url);

    assertThat(codec.decode(writer.serialize(generic))).isEqualTo(request);
  }

  @Test
  void shouldRefuseAnIncompatibleSchema() {
    var breaking =
        SchemaBuilder.record("InferenceRequest")
            .namespace("io.streamweir.schemas")
            .fields()
            .requiredLong("request_id")
            .endRecord();
    assertThatThrownBy(() -> registry.idOf(Topics.REQUESTS.subject(), breaking))
        .isInstanceOf(IncompatibleSchemaException.class)
        .hasMessageContaining(Topics.REQUESTS.subject());
  }

  private ConfluentRegistryAvroDeserializationSchema<GenericRecord> reader() {
    return ConfluentRegistryAvroDeserializationSchema.forGeneric(
        new org.apache.flink.avro.shaded.org.apache.avro.Schema.Parser()
            .parse(InferenceRequest.getClassSchema().toString()),
        url);
  }
}
