package io.streamweir.client.internal;

import io.streamweir.schemas.RequestKey;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads record keys of topics that anyone may write to. */
public final class RecordKeys {

  private RecordKeys() {}

  /** The request that a record belongs to; null if its key is none of ours. */
  public static RequestKey of(ConsumerRecord<byte[], byte[]> record) {
    var key = record.key();
    if (key != null) {
      for (var b : key) {
        if (b == '/') {
          return RequestKey.parse(key);
        }
      }
    }
    return null;
  }
}
