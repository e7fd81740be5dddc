package io.streamweir.local.flink;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.local.terminal.Pause;
import java.io.FileNotFoundException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The JobManager: jars, jobs, savepoints. Every method throws {@link FlinkException} if it refuses
 * or does not answer. Thread-safe.
 */
public final class FlinkRest {

  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

  private final FlinkHttp http;

  /**
   * @param url for example {@code http://127.0.0.1:8081}
   */
  public FlinkRest(String url) {
    this.http = new FlinkHttp(url);
  }

  /**
   * Whether a TaskManager with that resource id offers its slots; false also if nobody answers.
   * Between its registration and the report of its slots it has none.
   */
  public boolean hasTaskManager(String resourceId) {
    try {
      for (var taskManager : http.get("/taskmanagers").path("taskmanagers")) {
        if (taskManager.path("id").asText().equals(resourceId)) {
          return taskManager.path("slotsNumber").asInt() > 0;
        }
      }
      return false;
    } catch (FlinkException e) {
      return false;
    }
  }

  /** The slots of all TaskManagers. */
  public FlinkSlots slots() {
    var overview = http.get("/overview");
    return new FlinkSlots(
        overview.path("slots-total").asInt(), overview.path("slots-available").asInt());
  }

  /** All jobs that the JobManager remembers, ended ones included. */
  public List<FlinkJob> jobs() {
    var jobs = new ArrayList<FlinkJob>();
    for (var job : http.get("/jobs/overview").path("jobs")) {
      jobs.add(
          new FlinkJob(
              job.path("jid").asText(),
              job.path("name").asText(),
              JobState.of(job.path("state").asText()),
              job.path("start-time").asLong()));
    }
    return jobs;
  }

  /** The job of that name that has not ended. */
  public Optional<FlinkJob> liveJob(String name) {
    return jobs().stream()
        .filter(job -> job.name().equals(name) && !job.state().ended())
        .findFirst();
  }

  /**
   * The largest parallelism of its operators, which is how many slots it takes; 0 if the job is not
   * there yet.
   */
  public int parallelism(String jobId) {
    var parallelism = 0;
    for (var vertex : vertices(jobId)) {
      parallelism = Math.max(parallelism, vertex.path("parallelism").asInt());
    }
    return parallelism;
  }

  /** Whether each of its tasks is in its slot. */
  public boolean deployed(String jobId) {
    return allTasksAre(jobId, List.of("INITIALIZING", "RUNNING"));
  }

  /** Whether each of its tasks runs: until then no savepoint can be taken. */
  public boolean running(String jobId) {
    return allTasksAre(jobId, List.of("RUNNING"));
  }

  private boolean allTasksAre(String jobId, List<String> states) {
    var vertices = vertices(jobId);
    for (var vertex : vertices) {
      var tasks = vertex.path("tasks");
      var there = states.stream().mapToInt(state -> tasks.path(state).asInt()).sum();
      if (there < vertex.path("parallelism").asInt()) {
        return false;
      }
    }
    return !vertices.isEmpty();
  }

  private JsonNode vertices(String jobId) {
    return http.get("/jobs/" + jobId).path("vertices");
  }

  /** The failures of a job, the last one first; Flink keeps sixteen. */
  public List<JobFailure> failures(String jobId) {
    var failures = new ArrayList<JobFailure>();
    http.get("/jobs/" + jobId + "/exceptions")
        .path("exceptionHistory")
        .path("entries")
        .forEach(
            entry ->
                failures.add(
                    new JobFailure(
                        FlinkErrors.cause(entry.path("stacktrace").asText()),
                        Instant.ofEpochMilli(entry.path("timestamp").asLong()))));
    return failures;
  }

  /** Uploads the jar and runs its entry class; returns the id of the job. */
  public String submit(JobSubmission submission) {
    var jar = upload(submission.jar());
    var body = FlinkHttp.JSON.createObjectNode();
    body.put("entryClass", submission.entryClass());
    body.put("parallelism", submission.parallelism());
    var arguments = body.putArray("programArgsList");
    submission.arguments().forEach(arguments::add);
    body.putObject("flinkConfiguration")
        .put("execution.checkpointing.dir", submission.checkpoints().toString());
    submission
        .restoreFrom()
        .ifPresent(
            checkpoint -> {
              body.put("savepointPath", checkpoint.toString());
              // The job owns it from now on, and deletes it when it has a newer one.
              body.put("claimMode", "CLAIM");
            });
    try {
      return http.post("/jars/" + jar + "/run", body).path("jobid").asText();
    } finally {
      http.delete("/jars/" + jar);
    }
  }

  /**
   * Takes a savepoint and ends the job.
   *
   * @param directory under which the savepoint is written
   * @return where it is
   */
  public URI stopWithSavepoint(String jobId, URI directory, Duration timeout) {
    var body = FlinkHttp.JSON.createObjectNode();
    body.put("targetDirectory", directory.toString());
    body.put("drain", false);
    var trigger = http.post("/jobs/" + jobId + "/stop", body).path("request-id").asText();
    var operation = await("/jobs/" + jobId + "/savepoints/" + trigger, timeout).path("operation");
    var location = operation.path("location").asText("");
    if (location.isEmpty()) {
      throw new FlinkException(
          "Job %s could not be stopped with a savepoint: %s"
              .formatted(
                  jobId,
                  FlinkErrors.cause(operation.path("failure-cause").path("stack-trace").asText())));
    }
    return URI.create(location);
  }

  /** Cancels a job; its last checkpoint stays. */
  public void cancel(String jobId) {
    http.patch("/jobs/" + jobId + "?mode=cancel");
  }

  /** Waits until a job has ended, with all of its tasks. */
  public void awaitEnd(String jobId, Duration timeout) {
    var deadline = System.nanoTime() + timeout.toNanos();
    while (jobs().stream().anyMatch(job -> job.id().equals(jobId) && !job.state().ended())) {
      if (System.nanoTime() > deadline) {
        throw new FlinkException(
            "Job %s has not ended after %d s; see it in the dashboard."
                .formatted(jobId, timeout.toSeconds()));
      }
      Pause.of(POLL_INTERVAL);
    }
  }

  private JsonNode await(String path, Duration timeout) {
    var deadline = System.nanoTime() + timeout.toNanos();
    var answer = http.get(path);
    while (!answer.path("status").path("id").asText().equals("COMPLETED")) {
      if (System.nanoTime() > deadline) {
        throw new FlinkException(
            "The savepoint is not complete after %d s; see the job in the dashboard."
                .formatted(timeout.toSeconds()));
      }
      Pause.of(POLL_INTERVAL);
      answer = http.get(path);
    }
    return answer;
  }

  private String upload(Path jar) {
    var boundary = UUID.randomUUID().toString();
    var head =
        "--%s\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"%s\"\r\n"
                .formatted(boundary, jar.getFileName())
            + "Content-Type: application/x-java-archive\r\n\r\n";
    try {
      var body =
          BodyPublishers.concat(
              BodyPublishers.ofString(head),
              BodyPublishers.ofFile(jar),
              BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
      var answer = http.post("/jars/upload", "multipart/form-data; boundary=" + boundary, body);
      return Path.of(answer.path("filename").asText()).getFileName().toString();
    } catch (FileNotFoundException e) {
      throw new FlinkException("No job jar at " + jar + ". Build it: mvn -DskipTests package", e);
    }
  }
}
