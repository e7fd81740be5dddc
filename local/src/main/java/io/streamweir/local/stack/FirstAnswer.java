package io.streamweir.local.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.local.flink.JobDoctor;
import io.streamweir.local.terminal.Pause;
import io.streamweir.local.terminal.WeirException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks a model for one token, through the gateway and the whole pipeline: the only proof that a
 * request would succeed. A gateway that wants API keys, of which there are none here, has answered
 * when it says so.
 */
final class FirstAnswer {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Between a refusal and the next request. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** Between two looks at the jobs. */
  private static final Duration GLANCE = Duration.ofMillis(500);

  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String gatewayUrl;
  private final boolean keysRequired;
  private final JobDoctor doctor;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  FirstAnswer(StackSettings settings, JobDoctor doctor) {
    this.gatewayUrl = settings.gatewayUrl();
    this.keysRequired = settings.keysRequired();
    this.doctor = doctor;
  }

  /**
   * Asks until there is an answer.
   *
   * @throws WeirException if a job will not come up, or with the last refusal if the time is over
   */
  void await(String model) {
    var begin = Instant.now();
    var deadline = System.nanoTime() + TIMEOUT.toNanos();
    var answer = ask(model);
    var refusal = "no answer yet";
    while (!answer.isDone() || !refusal(answer).isEmpty()) {
      if (answer.isDone()) {
        refusal = refusal(answer);
        Pause.of(PAUSE);
        answer = ask(model);
      }
      if (System.nanoTime() > deadline) {
        throw new WeirException(
            "Everything runs, but a request for %s is not answered after %d s: %s. See ./weir status"
                .formatted(model, TIMEOUT.toSeconds(), refusal));
      }
      doctor
          .diagnoseAll(begin)
          .ifPresent(
              diagnosis -> {
                throw new WeirException(diagnosis);
              });
      pause(answer);
    }
  }

  /** Until the answer is there, but not for long. */
  private static void pause(CompletableFuture<HttpResponse<String>> answer) {
    try {
      answer.handle((response, failure) -> null).get(GLANCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return;
    } catch (ExecutionException e) {
      throw new IllegalStateException("A handled stage does not fail", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException("Interrupted while waiting for an answer", e);
    }
  }

  private CompletableFuture<HttpResponse<String>> ask(String model) {
    var body = JSON.createObjectNode().put("model", model).put("max_tokens", 1);
    body.putArray("messages").addObject().put("role", "user").put("content", "hello");
    var request =
        HttpRequest.newBuilder(URI.create(gatewayUrl + "/v1/chat/completions"))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    return client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Empty if it was answered, else why not. */
  private String refusal(CompletableFuture<HttpResponse<String>> answer) {
    try {
      var response = answer.join();
      var status = response.statusCode();
      var answered = status == OK || keysRequired && status == UNAUTHORIZED;
      return answered ? "" : status + " " + response.body();
    } catch (CompletionException e) {
      return e.getCause().toString();
    }
  }
}
