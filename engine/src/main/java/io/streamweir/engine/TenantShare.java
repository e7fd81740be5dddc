package io.streamweir.engine;

import static java.util.Objects.requireNonNull;

/**
 * Whose a sequence is, where several tenants wait for the same engine.
 *
 * @param tenant empty for the common one
 * @param weight its share relative to the weights of the others, at least 1
 */
public record TenantShare(String tenant, int weight) {

  /** The only tenant there is. */
  public static final TenantShare COMMON = new TenantShare("", 1);

  public TenantShare {
    requireNonNull(tenant, "tenant is null");
    if (weight < 1) {
      throw new IllegalArgumentException("weight is " + weight + ", but must be at least 1");
    }
  }
}
