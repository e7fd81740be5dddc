package io.streamweir.local.requests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.streamweir.local.terminal.AnswerPrinter;
import io.streamweir.local.terminal.WeirException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A conversation with a model through the gateway, answers streamed. Not thread-safe. */
public final class ChatStream {

  private static final String DATA = "data: ";
  private static final String DONE = "[DONE]";
  private static final int OK = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI uri;
  private final String model;
  private final String apiKey;
  private final ArrayNode messages = JSON.createArrayNode();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /**
   * @param gatewayUrl for example {@code http://127.0.0.1:8000}
   * @param apiKey that the gateway wants, empty if it wants none
   */
  public ChatStream(String gatewayUrl, String model, String apiKey) {
    this.uri = URI.create(gatewayUrl + "/v1/chat/completions");
    this.model = model;
    this.apiKey = apiKey;
  }

  /** Adds a system message. */
  public void system(String content) {
    add("system", content);
  }

  /**
   * Says something and prints the answer as it comes, its reasoning too; only what it says counts
   * in later turns.
   *
   * @throws WeirException with the gateway's words, if it refuses
   */
  public void say(String content, AnswerPrinter printer) {
    add("user", content);
    var answer = new StringBuilder();
    var response = send();
    try (Stream<String> lines = response.body()) {
      if (response.statusCode() != OK) {
        messages.remove(messages.size() - 1);
        throw new WeirException(
            "The gateway answers %d: %s"
                .formatted(response.statusCode(), lines.collect(Collectors.joining())));
      }
      lines
          .filter(line -> line.startsWith(DATA))
          .map(line -> line.substring(DATA.length()))
          .takeWhile(data -> !data.equals(DONE))
          .map(ChatStream::delta)
          .forEach(
              delta -> {
                var text = delta.path("content").asText("");
                answer.append(text);
                printer.reasoning(delta.path("reasoning_content").asText(""));
                printer.content(text);
              });
    }
    add("assistant", answer.toString());
  }

  private HttpResponse<Stream<String>> send() {
    var body = JSON.createObjectNode().put("model", model).put("stream", true);
    body.set("messages", messages);
    var request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
    if (!apiKey.isEmpty()) {
      request.header("Authorization", "Bearer " + apiKey);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofLines());
    } catch (IOException e) {
      throw new WeirException("The gateway at " + uri + " does not answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException("Interrupted", e);
    }
  }

  /** What one event adds; an event that carries an error ends the answer. */
  private static JsonNode delta(String data) {
    try {
      var event = JSON.readTree(data);
      if (event.has("error")) {
        throw new WeirException("The answer broke off: " + event.path("error").path("message"));
      }
      return event.path("choices").path(0).path("delta");
    } catch (JsonProcessingException e) {
      throw new WeirException("The gateway sent what is no event: " + data, e);
    }
  }

  private void add(String role, String content) {
    messages.addObject().put("role", role).put("content", content);
  }
}
