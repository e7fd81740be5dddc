package io.streamweir.router.routing;

import io.streamweir.router.outcome.ErrorCode;
import io.streamweir.router.outcome.Excerpt;
import io.streamweir.router.outcome.Rejection;
import io.streamweir.schemas.Deployment;
import io.streamweir.schemas.DeploymentState;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The deployments as this subtask knows them. One thread. */
final class Catalogue {

  private static final Set<DeploymentState> SERVING =
      EnumSet.of(DeploymentState.STARTING, DeploymentState.READY);
  private static final int MOST_NAMES_SHOWN = 10;

  private final SortedMap<String, Deployment> deployments = new TreeMap<>();

  /** Takes a deployment over, unless what is known of it is as new or newer; says which. */
  boolean put(Deployment deployment) {
    var known = deployments.get(deployment.getName());
    if (known != null && known.getVersion() >= deployment.getVersion()) {
      return false;
    }
    deployments.put(deployment.getName(), deployment);
    return true;
  }

  void remove(String name) {
    deployments.remove(name);
  }

  /** Names of all deployments, in order. */
  Collection<String> names() {
    return List.copyOf(deployments.keySet());
  }

  /** Deployments that take requests. */
  static boolean serves(Deployment deployment) {
    return SERVING.contains(deployment.getState());
  }

  /**
   * The deployments that take requests for a model, in the order of their names. An alias counts
   * only where no model has that name.
   *
   * @param accelerator null for any
   */
  List<Deployment> candidates(String model, String accelerator) {
    var named = serving(model);
    return accelerator == null
        ? named
        : named.stream().filter(d -> d.getAccelerator().equals(accelerator)).toList();
  }

  private List<Deployment> serving(String model) {
    var byName = matching(d -> serves(d) && d.getModel().equals(model));
    return byName.isEmpty() ? matching(d -> serves(d) && d.getAliases().contains(model)) : byName;
  }

  /** Whether some deployment has this model or alias, whether it takes requests or not. */
  boolean knows(String model) {
    return !matching(d -> d.getModel().equals(model) || d.getAliases().contains(model)).isEmpty();
  }

  /** Why there is no candidate. */
  Rejection missing(String model, String accelerator) {
    return new Rejection(ErrorCode.MODEL_NOT_FOUND, explain(model, accelerator));
  }

  private String explain(String model, String accelerator) {
    var elsewhere = serving(model);
    if (!elsewhere.isEmpty()) {
      return "Model "
          + Excerpt.of(model)
          + " is not deployed on accelerator "
          + Excerpt.of(accelerator)
          + ", only on "
          + shown(elsewhere.stream().map(Deployment::getAccelerator))
          + ". Leave accelerator out, or deploy the model there.";
    }
    if (!matching(d -> d.getModel().equals(model)).isEmpty()) {
      return "Model " + Excerpt.of(model) + " is being terminated and takes no more requests.";
    }
    return "Model "
        + Excerpt.of(model)
        + " is not deployed; deployed are "
        + shown(matching(Catalogue::serves).stream().map(Deployment::getModel))
        + ". Ask for one of these, or deploy it.";
  }

  private static String shown(Stream<String> names) {
    var distinct = names.distinct().toList();
    return distinct.isEmpty()
        ? "none"
        : distinct.stream().limit(MOST_NAMES_SHOWN).collect(Collectors.joining(", "))
            + (distinct.size() > MOST_NAMES_SHOWN ? ", ..." : "");
  }

  private List<Deployment> matching(Predicate<Deployment> condition) {
    return deployments.values().stream().filter(condition).toList();
  }
}
