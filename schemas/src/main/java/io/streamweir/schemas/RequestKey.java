package io.streamweir.schemas;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.apache.kafka.common.utils.Utils;

/**
 * The identity of a request, and its key on every topic: {@code tenant/request_id} in UTF-8.
 *
 * @param tenant holds no slash
 * @param requestId unique within the tenant
 */
public record RequestKey(String tenant, String requestId) {

  public RequestKey {
    Objects.requireNonNull(tenant, "tenant is null");
    Objects.requireNonNull(requestId, "requestId is null");
  }

  /** The record key on every topic. */
  public byte[] bytes() {
    return toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The partition that Kafka's default partitioner gives this key. */
  public int partition(int partitions) {
    return Utils.toPositive(Utils.murmur2(bytes())) % partitions;
  }

  /**
   * Reads a record key.
   *
   * @throws IllegalArgumentException if it has no slash
   */
  public static RequestKey parse(byte[] key) {
    var text = new String(key, StandardCharsets.UTF_8);
    var slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("Record key '" + text + "' is not tenant/request_id");
    }
    return new RequestKey(text.substring(0, slash), text.substring(slash + 1));
  }

  @Override
  public String toString() {
    return tenant + "/" + requestId;
  }
}
