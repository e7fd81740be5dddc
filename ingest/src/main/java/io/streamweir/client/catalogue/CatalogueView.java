package io.streamweir.client.catalogue;

import io.streamweir.schemas.Deployment;
import io.streamweir.schemas.DeploymentState;
import io.streamweir.schemas.ReplicaStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The catalogue at one moment. Immutable; the records in it must not be changed.
 *
 * @param deployments by name
 * @param replicas the last status of each replica, by deployment and replica number
 */
public record CatalogueView(
    SortedMap<String, Deployment> deployments,
    SortedMap<String, SortedMap<Integer, ReplicaStatus>> replicas) {

  /** A replica reports about once a second; one that is silent for so long counts for nothing. */
  public static final Duration REPLICA_TTL = Duration.ofSeconds(10);

  public Optional<Deployment> deployment(String name) {
    return Optional.ofNullable(deployments.get(name));
  }

  /** Replicas of a deployment that have reported lately and are well, by number. */
  public List<ReplicaStatus> liveReplicas(String deployment, Instant now) {
    var oldest = now.minus(REPLICA_TTL).toEpochMilli();
    var known = replicas.get(deployment);
    return known == null
        ? List.of()
        : known.values().stream()
            .filter(status -> status.getHealthy() && status.getReportedAtMs() >= oldest)
            .toList();
  }

  /** The names that a request may ask for, aliases included, of deployments that are ready. */
  public List<ServedModel> models() {
    var models = new LinkedHashMap<String, ServedModel>();
    for (var deployment : deployments.values()) {
      if (deployment.getState() == DeploymentState.READY) {
        for (var name : names(deployment)) {
          models.merge(
              name,
              new ServedModel(
                  name,
                  deployment.getModel(),
                  deployment.getMaxModelLen(),
                  Instant.ofEpochMilli(deployment.getUpdatedAtMs())),
              ServedModel::merge);
        }
      }
    }
    return List.copyOf(models.values());
  }

  private static List<String> names(Deployment deployment) {
    var names = new ArrayList<String>();
    names.add(deployment.getModel());
    names.addAll(deployment.getAliases());
    return names;
  }

  /** Deployments that serve a model, by its name or an alias, in any state. */
  public Map<String, Deployment> deploymentsOf(String model) {
    var found = new LinkedHashMap<String, Deployment>();
    deployments.forEach(
        (name, deployment) -> {
          if (names(deployment).contains(model)) {
            found.put(name, deployment);
          }
        });
    return found;
  }
}
