package io.streamweir.schemas.codec;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;

/** An {@link AvroCodec} as a Kafka serializer. */
public record AvroSerializer<T extends SpecificRecord>(AvroCodec<T> codec)
    implements Serializer<T> {

  @Override
  public byte[] serialize(String topic, T value) {
    return value == null ? null : codec.encode(value);
  }
}
