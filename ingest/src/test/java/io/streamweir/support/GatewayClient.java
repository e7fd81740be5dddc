package io.streamweir.support;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A user of the gateway, on the JDK's HTTP client. */
public final class GatewayClient {

  public static final String CHAT = "/v1/chat/completions";
  public static final String COMPLETIONS = "/v1/completions";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String url;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  public GatewayClient(String url) {
    this.url = url;
  }

  /**
   * A chat request.
   *
   * @param more further fields, as JSON with a leading comma, or empty
   */
  public static String chat(String model, String more) {
    return "{\"model\":\""
        + model
        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
        + more
        + "}";
  }

  public HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString());
  }

  public HttpResponse<String> post(String path, String body)
      throws IOException, InterruptedException {
    return post(path, HttpRequest.BodyPublishers.ofString(body));
  }

  public HttpResponse<String> post(String path, HttpRequest.BodyPublisher body)
      throws IOException, InterruptedException {
    return http.send(request(path).POST(body).build(), HttpResponse.BodyHandlers.ofString());
  }

  public CompletableFuture<HttpResponse<String>> postAsync(String path, String body) {
    var request = request(path).POST(HttpRequest.BodyPublishers.ofString(body)).build();
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  public HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  public CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
    return http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(Await.TIMEOUT);
  }

  public static JsonNode json(HttpResponse<String> response) {
    return json(response.body());
  }

  public static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("Not JSON: " + text, e);
    }
  }

  /** The data of every event of a stream, the final [DONE] included. */
  public static List<String> events(String body) {
    return fields(body, "data: ");
  }

  /** The ids of the events that have one. */
  public static List<String> eventIds(String body) {
    return fields(body, "id: ");
  }

  /** The types of the events that have one. */
  public static List<String> eventTypes(String body) {
    return fields(body, "event: ");
  }

  private static List<String> fields(String body, String name) {
    return body.lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()))
        .toList();
  }

  /** The text that the events of a chat stream add up to. */
  public static String chatText(String body) {
    var text = new StringBuilder();
    for (var event : events(body)) {
      if (!event.equals("[DONE]")) {
        text.append(json(event).at("/choices/0/delta/content").asText(""));
      }
    }
    return text.toString();
  }
}
