package io.streamweir.gateway.backend;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.topics.CompactedTopic;
import io.streamweir.schemas.ApiKey;
import io.streamweir.schemas.TenantPolicy;
import io.streamweir.schemas.Topics;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Keeps {@link Access} up to date. */
final class AccessReader implements AutoCloseable {

  private final CompactedTopic<ApiKey> keys;
  private final CompactedTopic<TenantPolicy> tenants;
  private final UsageReader usage;

  AccessReader(ClientOptions options, Access access) {
    keys =
        CompactedTopic.open(options, Topics.KEYS, ApiKey.class, content -> keys(access, content));
    tenants =
        CompactedTopic.open(
            options, Topics.TENANTS, TenantPolicy.class, content -> tenants(access, content));
    usage = new UsageReader(options, access.quotas());
  }

  private static void tenants(Access access, Map<String, TenantPolicy> content) {
    access.tenants().replace(content.keySet());
    access.quotas().tenants(content.values());
  }

  private static void keys(Access access, Map<String, ApiKey> content) {
    access.keys().replace(content.values());
    access.quotas().keys(content.values());
    access.keysChanged();
  }

  CompletionStage<?> loaded() {
    return keys.loaded()
        .thenCombine(tenants.loaded(), (one, other) -> other)
        .thenCombine(usage.positioned(), (loaded, positioned) -> loaded);
  }

  @Override
  public void close() {
    keys.close();
    tenants.close();
    usage.close();
  }
}
