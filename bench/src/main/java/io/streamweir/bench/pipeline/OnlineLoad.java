package io.streamweir.bench.pipeline;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Streams chat completions through the gateway, open loop: Poisson arrivals that wait for nobody.
 */
final class OnlineLoad {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DATA = "data: ";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI endpoint;
  private final String model;
  private final List<String> prompts;
  private final Random random;

  OnlineLoad(URI gateway, String model, List<String> prompts, long seed) {
    this.endpoint = gateway.resolve("/v1/chat/completions");
    this.model = model;
    this.prompts = prompts;
    this.random = new Random(seed);
  }

  /** Sends at that mean rate (requests/s) for that long and returns once all are answered. */
  List<StreamTrace> run(double rate, Duration duration) {
    var scheduler = Executors.newSingleThreadScheduledExecutor();
    try {
      var answers = new ArrayList<CompletableFuture<StreamTrace>>();
      for (var at = gap(rate); at < duration.toNanos() / 1e9; at += gap(rate)) {
        answers.add(sendAfter(scheduler, at));
      }
      return answers.stream().map(CompletableFuture::join).toList();
    } finally {
      scheduler.shutdown();
    }
  }

  private double gap(double rate) {
    return -Math.log(1 - random.nextDouble()) / rate;
  }

  private CompletableFuture<StreamTrace> sendAfter(
      ScheduledExecutorService scheduler, double seconds) {
    var prompt = prompts.get(random.nextInt(prompts.size()));
    var answer = new CompletableFuture<StreamTrace>();
    scheduler.schedule(
        () ->
            send(prompt)
                .whenComplete(
                    (trace, failure) -> {
                      if (failure == null) {
                        answer.complete(trace);
                      } else {
                        answer.completeExceptionally(failure);
                      }
                    }),
        (long) (seconds * 1e6),
        TimeUnit.MICROSECONDS);
    return answer;
  }

  private CompletableFuture<StreamTrace> send(String prompt) {
    var requestId = "bench-" + UUID.randomUUID();
    var request =
        HttpRequest.newBuilder(endpoint)
            .header("content-type", "application/json")
            .timeout(Duration.ofMinutes(2))
            .POST(HttpRequest.BodyPublishers.ofString(body(requestId, prompt)))
            .build();
    var texts = new ArrayList<Long>();
    var sentAt = Clock.micros();
    return http.sendAsync(
            request, info -> HttpResponse.BodySubscribers.fromLineSubscriber(new Lines(texts)))
        .thenApply(
            response -> {
              if (response.statusCode() != 200 || texts.isEmpty()) {
                throw new IllegalStateException(
                    "The gateway answered " + response.statusCode() + " to " + requestId);
              }
              return new StreamTrace(requestId, sentAt, texts);
            });
  }

  private String body(String requestId, String prompt) {
    try {
      return JSON.writeValueAsString(
          Map.of(
              "model",
              model,
              "stream",
              true,
              "request_id",
              requestId,
              "messages",
              List.of(Map.of("role", "user", "content", prompt))));
    } catch (IOException e) {
      throw new UncheckedIOException("A map of texts is always JSON", e);
    }
  }

  /** Notes when each event with text arrives. */
  private record Lines(List<Long> texts) implements Flow.Subscriber<String> {
    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
      var now = Clock.micros();
      if (line.startsWith(DATA) && line.startsWith("{", DATA.length()) && hasText(line)) {
        texts.add(now);
      }
    }

    private static boolean hasText(String line) {
      try {
        return !JSON.readTree(line.substring(DATA.length()))
            .at("/choices/0/delta/content")
            .asText()
            .isEmpty();
      } catch (IOException e) {
        throw new UncheckedIOException("The gateway sent an event that is no JSON: " + line, e);
      }
    }

    @Override
    public void onError(Throwable failure) {
      // The response's future carries it.
    }

    @Override
    public void onComplete() {
      // The response's future completes.
    }
  }
}
