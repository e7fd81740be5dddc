package io.streamweir.local.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.local.terminal.Pause;
import io.streamweir.schemas.RequestKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Asks the gateway and reads server-sent events. A stream that breaks off is taken up again behind
 * the last event, as the API's documentation tells clients to.
 */
final class SseWorker implements Load.Worker {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration RETRY = Duration.ofMillis(200);
  private static final Duration SLOWNESS = Duration.ofMillis(150);
  private static final int OK = 200;
  private static final int TOO_MANY = 429;
  private static final int SERVER_ERROR = 500;

  /** Error events of one stream, after which it is believed to have failed. */
  private static final int MOST_ERRORS = 3;

  /** Says a gateway of itself, not of the stream. */
  private static final String STOPPING = "stopping";

  enum Manner {
    FAST,
    /** Takes its time over each event, so that the gateway has to wait for it; not at the end. */
    SLOW,
    /** Goes away in the middle, and takes its request with it. */
    DISCONNECTING
  }

  private final URI uri;
  private final String gateway;
  private final Manner manner;
  private final LoadRecords records;
  private final BooleanSupplier ending;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  /**
   * @param ending whether the load only waits for what is under way
   */
  SseWorker(String gateway, Manner manner, LoadRecords records, BooleanSupplier ending) {
    this.ending = ending;
    this.gateway = gateway;
    this.uri = URI.create(gateway + "/v1/chat/completions");
    this.manner = manner;
    this.records = records;
  }

  @Override
  public void once(Random random) throws InterruptedException {
    var tokens = ChaosRun.tokens(random);
    // Without a key a client that goes away cancels its request.
    var key = manner == Manner.DISCONNECTING ? null : UUID.randomUUID().toString();
    var call = new Call(body(tokens, random), key, 1 + random.nextInt(tokens / 2));
    records.sending();
    call.run();
    records.saw(call.observation());
  }

  private static String body(int tokens, Random random) {
    var body = JSON.createObjectNode();
    body.put("model", ChaosStack.MODEL).put("stream", true).put("temperature", 1.0);
    body.put("max_tokens", tokens).put("ignore_eos", true);
    body.putArray("messages")
        .addObject()
        .put("role", "user")
        .put("content", "cancel order " + random.nextInt(1_000_000));
    return body.toString();
  }

  /** One request over as many connections as it takes. */
  private final class Call {

    private final String body;
    private final String idempotencyKey;
    private final int eventsUntilGone;
    private final long deadline = System.nanoTime() + PATIENCE.toNanos();
    private final StringBuilder text = new StringBuilder();
    private String requestId;
    private String lastEvent;
    private int events;
    private int errors;
    private boolean failed;
    private long brokenAt;
    private boolean whole;
    private boolean over;
    private String failure;

    Call(String body, String idempotencyKey, int eventsUntilGone) {
      this.body = body;
      this.idempotencyKey = idempotencyKey;
      this.eventsUntilGone = eventsUntilGone;
    }

    void run() throws InterruptedException {
      while (!over) {
        try {
          attempt();
        } catch (IOException | UncheckedIOException e) {
          broken(e.toString());
        }
        if (!over && System.nanoTime() > deadline) {
          over = true;
          failure = "no end of the stream within " + PATIENCE + "; at last " + failure;
        }
      }
    }

    Observation observation() {
      var consumer = "sse " + manner.name().toLowerCase(Locale.ROOT);
      var key = requestId == null ? null : new RequestKey(ChaosRun.TENANT, requestId);
      return new Observation(consumer, key, text.toString(), whole, failure);
    }

    private void attempt() throws IOException, InterruptedException {
      var response = http.send(request(), HttpResponse.BodyHandlers.ofLines());
      try (var lines = response.body()) {
        var status = response.statusCode();
        if (status == OK) {
          requestId = response.headers().firstValue("x-request-id").orElseThrow();
          read(lines);
        } else if (status == TOO_MANY || status >= SERVER_ERROR) {
          pause("status " + status);
        } else {
          over = true;
          failure = "status " + status + ": " + String.join("", lines.toList());
        }
      }
    }

    /** The same request again, or its stream, behind the last event. */
    private HttpRequest request() {
      HttpRequest.Builder request;
      if (idempotencyKey == null && requestId != null) {
        request =
            HttpRequest.newBuilder(URI.create(gateway + "/v1/streams/" + requestId))
                .header("Accept", "text/event-stream");
      } else {
        request =
            HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
      }
      request.header("X-Weir-Tenant", ChaosRun.TENANT);
      if (idempotencyKey != null) {
        request.header("Idempotency-Key", idempotencyKey);
      }
      if (lastEvent != null) {
        request.header("Last-Event-ID", lastEvent);
      }
      return request.build();
    }

    private void read(Stream<String> lines) throws IOException {
      String id = null;
      for (var line : (Iterable<String>) lines::iterator) {
        if (line.startsWith("id: ")) {
          id = line.substring("id: ".length());
        } else if (line.startsWith("data: ")) {
          data(line.substring("data: ".length()));
          lastEvent = id == null ? lastEvent : id;
          id = null;
        }
        if (over) {
          return;
        }
      }
      if (!over) {
        broken("the stream ended without [DONE]");
      }
    }

    private void data(String data) throws IOException {
      if (data.equals("[DONE]")) {
        whole = !failed;
        over = over || whole;
        failure = whole ? null : failure;
        return;
      }
      var event = JSON.readTree(data);
      if (event.has("error")) {
        failure = event.path("error").toString();
        failed = true;
        errors += event.path("error").path("code").asText("").equals(STOPPING) ? 0 : 1;
        over = errors >= MOST_ERRORS;
        return;
      }
      errors = 0;
      failed = false;
      failure = null;
      if (brokenAt != 0) {
        records.resumed((System.nanoTime() - brokenAt) / 1_000_000);
        brokenAt = 0;
      }
      text.append(event.path("choices").path(0).path("delta").path("content").asText(""));
      events++;
      if (manner == Manner.SLOW && !ending.getAsBoolean()) {
        Pause.of(SLOWNESS);
      } else if (manner == Manner.DISCONNECTING && events >= eventsUntilGone) {
        over = true;
      }
    }

    /** Whether a request was accepted whose connection broke before the answer, nobody can say. */
    private void broken(String why) {
      if (brokenAt == 0) {
        brokenAt = System.nanoTime();
      }
      failure = why;
      over = idempotencyKey == null && requestId == null;
      pause(why);
    }

    private void pause(String why) {
      failure = why;
      Pause.of(RETRY);
    }
  }
}
