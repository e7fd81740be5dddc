package io.streamweir.router.prompt;

import io.streamweir.text.ModelText;
import java.util.HashMap;
import java.util.Map;

/**
 * Holds the texts of the models that are deployed, so that they are loaded before the first request
 * needs them and stay between requests. One thread.
 */
public final class TextPrefetch implements AutoCloseable {

  private final Map<String, SharedLoads<ModelText>.Lease> leases = new HashMap<>();

  /** Starts loading what a deployment needs, unless it is held already. */
  public void hold(String deployment, String modelPath) {
    var held = leases.get(deployment);
    if (held != null && held.name().equals(modelPath)) {
      return;
    }
    leases.put(deployment, ModelTexts.acquire(modelPath));
    if (held != null) {
      held.close();
    }
  }

  /** Whether what a deployment needs is on its way. */
  public boolean isLoading(String deployment) {
    var held = leases.get(deployment);
    return held != null && !held.loaded().isDone();
  }

  /** Lets go of what a deployment needed, if it is held. */
  public void release(String deployment) {
    var held = leases.remove(deployment);
    if (held != null) {
      held.close();
    }
  }

  @Override
  public void close() {
    leases.values().forEach(SharedLoads.Lease::close);
    leases.clear();
  }
}
