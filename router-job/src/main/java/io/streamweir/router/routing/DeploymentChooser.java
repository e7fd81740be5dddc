package io.streamweir.router.routing;

import io.streamweir.schemas.Deployment;
import io.streamweir.schemas.RequestKey;
import java.io.Serializable;
import java.util.List;

/** The policy by which one of several deployments that could serve a request does. */
@FunctionalInterface
public interface DeploymentChooser extends Serializable {

  /**
   * @param candidates at least one, in the order of their names
   * @return one of them
   */
  Deployment choose(List<Deployment> candidates, RequestKey key);
}
