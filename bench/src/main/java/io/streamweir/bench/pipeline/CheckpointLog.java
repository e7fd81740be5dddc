package io.streamweir.bench.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.bench.Percentiles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Length and size of the checkpoints of all running jobs, from Flink's REST API. */
final class CheckpointLog {

  private static final ObjectMapper JSON = new ObjectMapper();

  private record Checkpoint(long millis, long bytes) {}

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI flink;
  private final Map<String, List<Checkpoint>> checkpoints = new TreeMap<>();
  private final Map<String, Integer> failed = new TreeMap<>();

  CheckpointLog(URI flink) {
    this.flink = flink;
  }

  /** Adds those that were triggered since; Flink remembers the last ten of a job. */
  void add(long sinceMillis) throws IOException, InterruptedException {
    for (var job : get("/jobs/overview").path("jobs")) {
      if (job.path("state").asText().equals("RUNNING")) {
        add(job.path("name").asText(), job.path("jid").asText(), sinceMillis);
      }
    }
  }

  private void add(String name, String id, long sinceMillis)
      throws IOException, InterruptedException {
    var ofJob = checkpoints.computeIfAbsent(name, job -> new ArrayList<>());
    for (var entry : get("/jobs/" + id + "/checkpoints").path("history")) {
      if (entry.path("trigger_timestamp").asLong() < sinceMillis) {
        continue;
      }
      switch (entry.path("status").asText()) {
        case "COMPLETED" ->
            ofJob.add(
                new Checkpoint(
                    entry.path("end_to_end_duration").asLong(), entry.path("state_size").asLong()));
        case "FAILED" -> failed.merge(name, 1, Integer::sum);
        default -> {} // in progress
      }
    }
  }

  Map<String, Object> toMap() {
    var map = new LinkedHashMap<String, Object>();
    checkpoints.forEach(
        (job, completed) ->
            map.put(
                job,
                Map.of(
                    "duration_ms",
                    Percentiles.of(completed.stream().mapToDouble(Checkpoint::millis)).toMap(),
                    "state_bytes",
                    Percentiles.of(completed.stream().mapToDouble(Checkpoint::bytes)).toMap(),
                    "failed",
                    failed.getOrDefault(job, 0))));
    return map;
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    var response =
        http.send(HttpRequest.newBuilder(flink.resolve(path)).build(), BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(
          "Flink at %s answers %d to %s: %s"
              .formatted(flink, response.statusCode(), path, response.body()));
    }
    return JSON.readTree(response.body());
  }
}
