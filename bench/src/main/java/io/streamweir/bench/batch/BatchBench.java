package io.streamweir.bench.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.bench.Report;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How fast a gateway takes a batch: its upload, and its lines until all are requests in Kafka. */
@Command(
    name = "batch",
    description =
        "Uploads a file of lines and orders a batch of it; reports how long the upload took, and"
            + " how long until every line was committed on the topic of offline requests. The batch is"
            + " cancelled then.")
public final class BatchBench implements Callable<Integer> {

  private static final String BOUNDARY = "weir-bench";

  @Option(
      names = "--gateway",
      defaultValue = "http://127.0.0.1:8000",
      description = "default: ${DEFAULT-VALUE}")
  URI gateway;

  @Option(
      names = "--bootstrap",
      defaultValue = "127.0.0.1:9092",
      description = "default: ${DEFAULT-VALUE}")
  String bootstrapServers;

  @Option(
      names = "--model",
      defaultValue = "support-intents",
      description = "default: ${DEFAULT-VALUE}")
  String model;

  @Option(names = "--lines", defaultValue = "100000", description = "default: ${DEFAULT-VALUE}")
  int lines;

  @Mixin Report report;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ObjectMapper json = new ObjectMapper();

  @Override
  public Integer call() throws Exception {
    try (var requests = new RequestCount(bootstrapServers)) {
      var begin = System.nanoTime();
      var file = upload();
      var uploaded = System.nanoTime();
      var order =
          json.createObjectNode()
              .put("input_file_id", file.path("id").asText())
              .put("endpoint", "/v1/chat/completions")
              .put("completion_window", "1h");
      var batch =
          post("/v1/batches", "application/json", BodyPublishers.ofString(order.toString()));
      var id = batch.path("id").asText();
      requests.await(id, lines);
      var taken = System.nanoTime();
      post("/v1/batches/" + id + "/cancel", "application/json", BodyPublishers.noBody());
      write(file.path("bytes").asLong(), (uploaded - begin) / 1e9, (taken - uploaded) / 1e9);
    }
    return 0;
  }

  private JsonNode upload() throws IOException, InterruptedException {
    var head =
        "--%s\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
                .formatted(BOUNDARY)
            + "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"bench.jsonl\"\r\n"
                .formatted(BOUNDARY)
            + "Content-Type: application/jsonl\r\n\r\n";
    var parts =
        List.of(
            new ByteArrayInputStream(head.getBytes(StandardCharsets.UTF_8)),
            new LinesStream(this::line, lines),
            new ByteArrayInputStream(
                ("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.UTF_8)));
    return post(
        "/v1/files",
        "multipart/form-data; boundary=" + BOUNDARY,
        BodyPublishers.ofInputStream(
            () -> new SequenceInputStream(Collections.enumeration(parts))));
  }

  private String line(int number) {
    var line =
        json.createObjectNode()
            .put("custom_id", "line-" + number)
            .put("method", "POST")
            .put("url", "/v1/chat/completions");
    var body = line.putObject("body").put("model", model).put("max_tokens", 16);
    body.putArray("messages")
        .addObject()
        .put("role", "user")
        .put("content", "Where is my order " + (700_000_000L + number) + "? It was due last week.");
    return line + "\n";
  }

  private JsonNode post(String path, String contentType, HttpRequest.BodyPublisher body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(gateway.resolve(path))
            .header("Content-Type", contentType)
            .POST(body)
            .build();
    var response = http.send(request, BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IllegalStateException(
          "POST " + path + " was answered with " + response.statusCode() + ": " + response.body());
    }
    return json.readTree(response.body());
  }

  private void write(long bytes, double uploadSeconds, double takenSeconds) throws IOException {
    var result = new LinkedHashMap<String, Object>();
    result.put("benchmark", "batch");
    result.put("lines", lines);
    result.put("bytes", bytes);
    result.put("upload_s", uploadSeconds);
    result.put("taken_s", takenSeconds);
    result.put("lines_per_s", Math.round(lines / takenSeconds));
    result.put("lines_per_s_with_upload", Math.round(lines / (uploadSeconds + takenSeconds)));
    report.write(result);
  }
}
