package io.streamweir.schemas.codec;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;

/** An {@link AvroCodec} as a Kafka deserializer. */
public record AvroDeserializer<T extends SpecificRecord>(AvroCodec<T> codec)
    implements Deserializer<T> {

  @Override
  public T deserialize(String topic, byte[] bytes) {
    return bytes == null ? null : codec.decode(bytes);
  }
}
