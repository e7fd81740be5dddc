package io.streamweir.local.deploy;

import io.streamweir.schemas.Deployment;
import io.streamweir.schemas.DeploymentState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A deployment as it is asked for.
 *
 * @param name lower case letters, digits and hyphens; also names its dispatch topics
 * @param model what requests ask for
 * @param aliases other names that requests may use
 * @param directory where the model is
 * @param engine which engine runs it
 * @param accelerator cpu, gpu or npu
 * @param replicas parallelism of the job
 * @param dispatchPartitions of each lane; the most replicas it can ever have
 * @param maxModelLen longest prompt plus completion, tokens
 * @param settings further settings of the inference job
 */
public record DeploymentPlan(
    String name,
    String model,
    List<String> aliases,
    ModelDirectory directory,
    String engine,
    String accelerator,
    int replicas,
    int dispatchPartitions,
    int maxModelLen,
    Map<String, String> settings) {

  private static final Pattern JOB_NAME = Pattern.compile(".* \\(([a-z0-9-]+)\\)");

  public DeploymentPlan {
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(model, "model is null");
    aliases = List.copyOf(aliases);
    settings = Map.copyOf(settings);
  }

  /** The plan that a record of the catalogue was made from. */
  static DeploymentPlan of(Deployment deployment, Map<String, String> settings) {
    return new DeploymentPlan(
        deployment.getName(),
        deployment.getModel(),
        deployment.getAliases(),
        new ModelDirectory(Path.of(deployment.getModelPath())),
        deployment.getEngine(),
        deployment.getAccelerator(),
        deployment.getReplicas(),
        deployment.getDispatchPartitions(),
        deployment.getMaxModelLen(),
        settings);
  }

  /** The record for the catalogue. */
  Deployment record(DeploymentState state, String jobId) {
    return Deployment.newBuilder()
        .setName(name)
        .setModel(model)
        .setAliases(aliases)
        .setAccelerator(accelerator)
        .setEngine(engine)
        .setModelPath(directory.path().toString())
        .setReplicas(replicas)
        .setDispatchPartitions(dispatchPartitions)
        .setMaxModelLen(maxModelLen)
        .setState(state)
        .setJobId(jobId)
        .build();
  }

  /** The name of the Flink job: the model comes first, because people look for it. */
  String jobName() {
    return model + " (" + name + ")";
  }

  /** The deployment whose job has that name; empty if it is another kind of job. */
  static Optional<String> deploymentOf(String jobName) {
    var found = JOB_NAME.matcher(jobName);
    return found.matches() ? Optional.of(found.group(1)) : Optional.empty();
  }

  /** Arguments of the inference job. */
  List<String> arguments(Map<String, String> common) {
    var all = new TreeMap<>(settings);
    all.putAll(common);
    all.put("deployment", name);
    all.put("model", model);
    all.put("model.path", directory.path().toString());
    all.put("engine", engine);
    all.put("accelerator", accelerator);
    all.put("max.model.len", Integer.toString(maxModelLen));
    var words = new ArrayList<String>();
    all.forEach((key, value) -> words.addAll(List.of("--" + key, value)));
    return words;
  }
}
