package io.streamweir.local.usage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.local.terminal.Pause;
import io.streamweir.local.terminal.WeirException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** Asks the usage ledger. */
public final class LedgerClient {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(300);
  private static final int OK = 200;
  private static final String NOT_READY = "not_ready";

  private final String url;
  private final Duration patience;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /**
   * @param patience how long to ask again while the ledger is not ready, or being restarted
   */
  public LedgerClient(String url, Duration patience) {
    this.url = url;
    this.patience = patience;
  }

  /**
   * The answer of {@code GET /v1/usage}.
   *
   * @throws WeirException if the ledger refuses or cannot be reached, with its reason
   */
  public JsonNode usage(Map<String, String> parameters) {
    var uri = URI.create(url + "/v1/usage" + query(parameters));
    var deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return ask(uri);
      } catch (NotReadyException e) {
        if (System.nanoTime() > deadline) {
          throw new WeirException(e.getMessage(), e);
        }
        Pause.of(PAUSE);
      }
    }
  }

  /** Asking again a little later may help. */
  private static final class NotReadyException extends Exception {
    NotReadyException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private JsonNode ask(URI uri) throws NotReadyException {
    var response = get(uri);
    var answer = parse(response);
    if (response.statusCode() == OK) {
      return answer;
    }
    var reason = answer.at("/error/message").asText(response.body());
    if (answer.at("/error/code").asText().equals(NOT_READY)) {
      throw new NotReadyException(reason, null);
    }
    throw new WeirException(reason);
  }

  private HttpResponse<String> get(URI uri) throws NotReadyException {
    try {
      return http.send(
          HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (ConnectException e) {
      throw new NotReadyException(
          "No usage ledger listens at " + url + ". See ./weir logs ledger", e);
    } catch (IOException e) {
      throw new WeirException(
          "The usage ledger does not answer at " + url + ": " + e + ". See ./weir logs ledger", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException("Interrupted while asking the usage ledger", e);
    }
  }

  private JsonNode parse(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new WeirException(
          "What answers at "
              + url
              + " (status "
              + response.statusCode()
              + ") is no usage ledger: "
              + e.getOriginalMessage(),
          e);
    }
  }

  private static String query(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(
            each ->
                each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&", "?", ""));
  }
}
