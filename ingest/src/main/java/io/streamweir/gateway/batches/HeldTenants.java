package io.streamweir.gateway.batches;

/** Whose requests the router holds against a quota. Thread-safe. */
@FunctionalInterface
public interface HeldTenants {

  /**
   * @param apiKey name of the key in whose name a batch runs; null if there is none
   */
  boolean hold(String tenant, String apiKey);
}
