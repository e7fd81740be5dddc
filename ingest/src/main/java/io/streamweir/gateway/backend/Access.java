package io.streamweir.gateway.backend;

import io.streamweir.gateway.keys.ApiKeys;
import io.streamweir.gateway.keys.NamedTenants;
import io.streamweir.gateway.quota.Quotas;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Who may ask and how much, as the log tells it. Thread-safe. */
public final class Access {

  private final ApiKeys keys;
  private final Quotas quotas;
  private final NamedTenants tenants;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

  /**
   * @param otherTenants how many may be named without a key that are not set up
   */
  public Access(InstantSource clock, int otherTenants) {
    tenants = new NamedTenants(otherTenants);
    keys = new ApiKeys(clock);
    quotas = new Quotas(clock);
  }

  public ApiKeys keys() {
    return keys;
  }

  public Quotas quotas() {
    return quotas;
  }

  public NamedTenants tenants() {
    return tenants;
  }

  /** Told, on any thread, when keys have changed. */
  public void onKeysChange(Runnable listener) {
    listeners.add(listener);
  }

  void keysChanged() {
    listeners.forEach(Runnable::run);
  }
}
