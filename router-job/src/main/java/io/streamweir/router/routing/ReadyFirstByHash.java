package io.streamweir.router.routing;

import io.streamweir.schemas.Deployment;
import io.streamweir.schemas.DeploymentState;
import io.streamweir.schemas.RequestKey;
import java.util.List;

/**
 * Prefers deployments that are ready over those that are still starting, and spreads requests over
 * equals by the hash of their key: the same request goes the same way again after a restart, as
 * long as the catalogue is the same.
 */
public final class ReadyFirstByHash implements DeploymentChooser {

  private static final long serialVersionUID = 1L;

  @Override
  public Deployment choose(List<Deployment> candidates, RequestKey key) {
    var ready =
        candidates.stream()
            .filter(deployment -> deployment.getState() == DeploymentState.READY)
            .toList();
    var equals = ready.isEmpty() ? candidates : ready;
    return equals.get(key.partition(equals.size()));
  }
}
