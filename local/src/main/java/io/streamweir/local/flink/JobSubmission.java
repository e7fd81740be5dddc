package io.streamweir.local.flink;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A job to run.
 *
 * @param jar thin; what the cluster has on its class path is not in it
 * @param entryClass its main class
 * @param arguments of the main method
 * @param parallelism default of its operators
 * @param checkpoints directory that it writes its checkpoints to
 * @param restoreFrom checkpoint or savepoint to go on from
 */
public record JobSubmission(
    Path jar,
    String entryClass,
    List<String> arguments,
    int parallelism,
    URI checkpoints,
    Optional<URI> restoreFrom) {

  public JobSubmission {
    arguments = List.copyOf(arguments);
  }
}
