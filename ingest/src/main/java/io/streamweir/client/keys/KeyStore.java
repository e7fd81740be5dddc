package io.streamweir.client.keys;

import io.streamweir.client.ClientOptions;
import io.streamweir.client.ClusterUnavailableException;
import io.streamweir.client.topics.CompactedTopic;
import io.streamweir.schemas.ApiKey;
import io.streamweir.schemas.Quota;
import io.streamweir.schemas.TenantPolicy;
import io.streamweir.schemas.Topics;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Creates and changes API keys and the policies of tenants. What it writes is in force on every
 * gateway, and in the router, as soon as they have read it. Of two who change the same key at the
 * same time the later one counts. Blocks; thread-safe.
 */
public final class KeyStore implements AutoCloseable {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final int MOST_WEIGHT = 1000;

  private final InstantSource clock;
  private final CompactedTopic<ApiKey> keys;
  private final CompactedTopic<TenantPolicy> tenants;

  private KeyStore(ClientOptions options, InstantSource clock) {
    this.clock = clock;
    this.keys = CompactedTopic.open(options, Topics.KEYS, ApiKey.class, content -> {});
    this.tenants = CompactedTopic.open(options, Topics.TENANTS, TenantPolicy.class, content -> {});
  }

  /**
   * Reads what there is.
   *
   * @throws ClusterUnavailableException if Kafka does not answer within the delivery timeout
   */
  public static KeyStore open(ClientOptions options, InstantSource clock) {
    var store = new KeyStore(options, clock);
    try {
      store
          .keys
          .loaded()
          .thenCombine(store.tenants.loaded(), (one, other) -> other)
          .toCompletableFuture()
          .orTimeout(options.deliveryTimeout().toMillis(), TimeUnit.MILLISECONDS)
          .join();
      return store;
    } catch (CompletionException e) {
      store.close();
      throw new ClusterUnavailableException(
          "The topics of keys and tenants could not be read from "
              + options.bootstrapServers()
              + " within "
              + options.deliveryTimeout()
              + ".",
          e.getCause());
    }
  }

  /** All keys, by tenant and name. */
  public List<ApiKey> keys() {
    return keys.view().values().stream()
        .sorted(Comparator.comparing(ApiKey::getTenant).thenComparing(ApiKey::getName))
        .toList();
  }

  /**
   * Creates a key.
   *
   * @param description the key without its digest and time
   * @return the key itself, which is kept nowhere
   * @throws KeyStoreException if there is a key of that name, or name or tenant cannot be one
   */
  public String create(ApiKey.Builder description) {
    var name = checked("The name of a key", description.getName());
    var tenant = checked("A tenant", description.getTenant());
    check(description.getQuota());
    if (keys.view().containsKey(path(tenant, name))) {
      throw new KeyStoreException(
          "Tenant "
              + tenant
              + " has a key '"
              + name
              + "' already. Delete it, or take another name.");
    }
    var secret = KeyDigest.newKey();
    var created =
        description.setSha256(KeyDigest.of(secret)).setCreatedAtMs(clock.millis()).build();
    keys.write(path(tenant, name), created);
    return secret;
  }

  /**
   * Changes a key.
   *
   * @param tenant needed only where several tenants have a key of that name
   * @throws KeyStoreException if there is none, or it is not clear which is meant
   */
  public ApiKey change(String name, Optional<String> tenant, Consumer<ApiKey.Builder> change) {
    var builder = ApiKey.newBuilder(find(name, tenant));
    change.accept(builder);
    check(builder.getQuota());
    var changed = builder.build();
    keys.write(path(changed.getTenant(), changed.getName()), changed);
    return changed;
  }

  /**
   * Deletes a key; its tenant's usage stays.
   *
   * @throws KeyStoreException as {@link #change}
   */
  public ApiKey delete(String name, Optional<String> tenant) {
    var found = find(name, tenant);
    keys.write(path(found.getTenant(), found.getName()), null);
    return found;
  }

  /** The policies of all tenants that have one, by tenant. */
  public List<TenantPolicy> tenants() {
    return tenants.view().values().stream()
        .sorted(Comparator.comparing(TenantPolicy::getTenant))
        .toList();
  }

  /**
   * Changes the policy of a tenant, or gives it one.
   *
   * @throws KeyStoreException if it cannot be one
   */
  public TenantPolicy changeTenant(String tenant, Consumer<TenantPolicy.Builder> change) {
    checked("A tenant", tenant);
    var known = tenants.view().get(tenant);
    var builder =
        known == null
            ? TenantPolicy.newBuilder(new TenantPolicy(tenant, new Quota(null, null, null), 1))
            : TenantPolicy.newBuilder(known);
    change.accept(builder);
    check(builder.getQuota());
    if (builder.getWeight() < 1 || builder.getWeight() > MOST_WEIGHT) {
      throw new KeyStoreException(
          "The weight is "
              + builder.getWeight()
              + ", but must be from 1 to "
              + MOST_WEIGHT
              + "; 1 is that of a tenant without a policy.");
    }
    var changed = builder.build();
    tenants.write(tenant, changed);
    return changed;
  }

  /**
   * Lifts the limits of a tenant.
   *
   * @throws KeyStoreException if it has none
   */
  public void deleteTenant(String tenant) {
    if (!tenants.view().containsKey(tenant)) {
      throw new KeyStoreException("Tenant '" + tenant + "' has no policy.");
    }
    tenants.write(tenant, null);
  }

  @Override
  public void close() {
    keys.close();
    tenants.close();
  }

  private ApiKey find(String name, Optional<String> tenant) {
    var found =
        keys().stream()
            .filter(key -> key.getName().equals(name))
            .filter(key -> tenant.map(key.getTenant()::equals).orElse(true))
            .toList();
    if (found.isEmpty()) {
      throw new KeyStoreException(
          "There is no key '" + name + "'" + tenant.map(of -> " of tenant " + of).orElse("") + ".");
    }
    if (found.size() > 1) {
      throw new KeyStoreException(
          "Several tenants have a key '"
              + name
              + "': "
              + found.stream().map(ApiKey::getTenant).toList()
              + ". Say which is meant.");
    }
    return found.get(0);
  }

  private static String checked(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new KeyStoreException(
          what + " must be 1 to 64 of the characters A-Z a-z 0-9 . _ -, but is '" + name + "'.");
    }
    return name;
  }

  private static void check(Quota quota) {
    Stream.of(
            quota.getRequestsPerMinute(), quota.getTokensPerMinute(), quota.getConcurrentRequests())
        .filter(limit -> limit != null && limit < 0)
        .findAny()
        .ifPresent(
            limit -> {
              throw new KeyStoreException("A quota is " + limit + ", but cannot be below 0.");
            });
  }

  private static String path(String tenant, String name) {
    return tenant + "/" + name;
  }
}
