package io.streamweir.router;

import io.streamweir.schemas.registry.SchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.EncoderFactory;

/** A request as a producer writes it whose version of the schema is not the router's. */
final class OtherSchema {

  private static final Schema SCHEMA =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "InferenceRequest", "namespace": "io.streamweir.schemas", "fields": [
                {"name": "request_id", "type": "string"},
                {"name": "tenant", "type": "string"},
                {"name": "added_later", "type": {"type": "array", "items": "string"}},
                {"name": "model", "type": "string"},
                {"name": "prompt", "type": ["null", "string"]},
                {"name": "sampling", "type": {"type": "record", "name": "SamplingParams", "fields": [
                  {"name": "max_tokens", "type": ["null", "int"]}]}}]}
              """);

  private OtherSchema() {}

  /** A good request of tenant {@code shop} with the prompt {@code Hello}. */
  static byte[] request(SchemaRegistry registry, String id) throws IOException {
    return request(registry.idOf("elsewhere", SCHEMA), id);
  }

  static byte[] request(int schemaId, String id) throws IOException {
    var sampling =
        new GenericRecordBuilder(SCHEMA.getField("sampling").schema()).set("max_tokens", 4).build();
    var request =
        new GenericRecordBuilder(SCHEMA)
            .set("request_id", id)
            .set("tenant", "shop")
            .set("added_later", List.of("one", "two"))
            .set("model", RouterRig.MODEL_NAME)
            .set("prompt", "Hello")
            .set("sampling", sampling)
            .build();
    var body = new ByteArrayOutputStream();
    var encoder = EncoderFactory.get().directBinaryEncoder(body, null);
    new GenericDatumWriter<>(SCHEMA).write(request, encoder);
    return ByteBuffer.allocate(5 + body.size())
        .put((byte) 0)
        .putInt(schemaId)
        .put(body.toByteArray())
        .array();
  }

  static Schema schema() {
    return SCHEMA;
  }
}
