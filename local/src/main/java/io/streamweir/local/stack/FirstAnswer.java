package io.streamweir.local.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.local.terminal.WeirException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks a model for one token, through the gateway and the whole pipeline: the only proof that a
 * request would succeed.
 */
final class FirstAnswer {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int OK = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String gatewayUrl;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  FirstAnswer(String gatewayUrl) {
    this.gatewayUrl = gatewayUrl;
  }

  /**
   * Asks until there is an answer.
   *
   * @throws WeirException with the last refusal, if the time is over
   */
  void await(String model) {
    var deadline = System.nanoTime() + TIMEOUT.toNanos();
    var refusal = ask(model);
    while (!refusal.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new WeirException(
            "Everything runs, but a request for %s is still not answered after %d s: %s. See ./weir status"
                .formatted(model, TIMEOUT.toSeconds(), refusal));
      }
      LockSupport.parkNanos(PAUSE.toNanos());
      refusal = ask(model);
    }
  }

  /** Empty if it was answered, else why not. */
  private String ask(String model) {
    try {
      var body =
          JSON.writeValueAsString(
              Map.of(
                  "model",
                  model,
                  "max_tokens",
                  1,
                  "messages",
                  List.of(Map.of("role", "user", "content", "hello"))));
      var request =
          HttpRequest.newBuilder(URI.create(gatewayUrl + "/v1/chat/completions"))
              .timeout(TIMEOUT)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build();
      var response = client.send(request, HttpResponse.BodyHandlers.ofString());
      return response.statusCode() == OK ? "" : response.statusCode() + " " + response.body();
    } catch (IOException e) {
      return e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException("Interrupted while asking " + gatewayUrl, e);
    }
  }
}
