package io.streamweir.local.flink;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;

/** JSON over HTTP with the JobManager. Thread-safe. */
final class FlinkHttp {

  static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /** Running a jar executes its main method before the answer comes. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final String baseUrl;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  FlinkHttp(String baseUrl) {
    this.baseUrl = baseUrl;
  }

  JsonNode get(String path) {
    return send(request(path).GET());
  }

  JsonNode post(String path, JsonNode body) {
    return post(path, "application/json", BodyPublishers.ofString(body.toString()));
  }

  JsonNode post(String path, String contentType, BodyPublisher body) {
    return send(request(path).header("Content-Type", contentType).POST(body));
  }

  JsonNode delete(String path) {
    return send(request(path).DELETE());
  }

  JsonNode patch(String path) {
    return send(request(path).method("PATCH", BodyPublishers.noBody()));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(baseUrl + path)).timeout(TIMEOUT);
  }

  private JsonNode send(HttpRequest.Builder builder) {
    var request = builder.build();
    try {
      return answer(request, client.send(request, HttpResponse.BodyHandlers.ofString()));
    } catch (IOException e) {
      throw new FlinkException(
          "The JobManager at %s does not answer (%s). See ./weir status and ./weir logs jobmanager."
              .formatted(baseUrl, e),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlinkException("Interrupted while asking " + request.uri(), e);
    }
  }

  private JsonNode answer(HttpRequest request, HttpResponse<String> response) {
    try {
      var body = response.body().isEmpty() ? "{}" : response.body();
      var json = JSON.readTree(body);
      if (response.statusCode() / 100 != 2) {
        throw new FlinkException(
            "The JobManager answers %d to %s %s: %s"
                .formatted(
                    response.statusCode(),
                    request.method(),
                    request.uri().getPath(),
                    FlinkErrors.cause(json)));
      }
      return json;
    } catch (JsonProcessingException e) {
      throw new FlinkException(
          "The answer of %s is not JSON; is it a JobManager?".formatted(request.uri()), e);
    }
  }
}
