package io.streamweir.gateway.keys;

import java.util.HashSet;
import java.util.Set;

/**
 * The tenants that may be named without a key: those that have been set up, and a bounded number of
 * others. Each becomes an account of the ledger, and whoever invents names must not fill that.
 * Thread-safe.
 */
public final class NamedTenants {

  private final int mostOthers;
  private volatile Set<String> known = Set.of();

  /** Guarded by itself. */
  private final Set<String> others = new HashSet<>();

  /**
   * @param mostOthers that are not set up, as long as this process lives
   */
  public NamedTenants(int mostOthers) {
    this.mostOthers = mostOthers;
  }

  /** From now on these are set up. */
  public void replace(Set<String> tenants) {
    known = Set.copyOf(tenants);
  }

  /** Whether a tenant may not be named. Remembers it if it may. */
  public boolean isOneTooMany(String tenant) {
    if (known.contains(tenant)) {
      return false;
    }
    synchronized (others) {
      if (others.contains(tenant)) {
        return false;
      }
      if (others.size() >= mostOthers) {
        return true;
      }
      others.add(tenant);
      return false;
    }
  }
}
