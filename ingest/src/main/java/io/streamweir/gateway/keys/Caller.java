package io.streamweir.gateway.keys;

import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import java.util.Optional;
import java.util.Set;

/**
 * Who asks, and for what he may.
 *
 * @param tenant who is billed
 * @param models names that may be asked for; empty: all
 * @param key with which he came; empty where no keys are needed
 */
public record Caller(String tenant, Optional<Set<String>> models, Optional<Key> key) {

  /**
   * What is known of an API key.
   *
   * @param name unique within the tenant
   * @param digest see {@link io.streamweir.client.keys.KeyDigest#of}
   */
  public record Key(String name, String digest) {}

  /** Where no keys are needed. */
  public static Caller anyone(String tenant) {
    return new Caller(tenant, Optional.empty(), Optional.empty());
  }

  public boolean mayUse(String model) {
    return models.map(allowed -> allowed.contains(model)).orElse(true);
  }

  /**
   * @throws ApiException with status 403 if the model is none of his
   */
  public void requireModel(String model) {
    if (!mayUse(model)) {
      throw new ApiException(
          new ApiError(
              403,
              "model_not_allowed",
              "This API key may not use model '" + model + "'. Ask for one that it may use.",
              "model"));
    }
  }
}
