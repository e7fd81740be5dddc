package io.streamweir.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways, of which one is killed. */
@ExtendWith(SharedStack.class)
class TakeoverITCase {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Many, so that the stream has not ended yet when the gateway is killed. */
  private static final int TOKENS = 1_200;

  private static final int EVENTS_BEFORE_THE_KILL = 5;

  @TempDir Path directory;

  private final RunningStack stack;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String idempotencyKey = UUID.randomUUID().toString();
  private final StringBuilder text = new StringBuilder();
  private String lastEvent;

  TakeoverITCase(RunningStack stack) {
    this.stack = stack;
  }

  @Test
  void shouldGoOnAtTheOtherGatewayWhenOneIsKilledInMidStream() throws Exception {
    String requestId;
    try (var doomed = new OtherGateway(stack.stack(), directory)) {
      doomed.awaitReady();
      var broken = post(doomed.url(), null);
      requestId = broken.headers().firstValue("x-request-id").orElseThrow();
      try (var events = reader(broken)) {
        read(events, EVENTS_BEFORE_THE_KILL);
        doomed.kill();
        assertThatThrownBy(() -> read(events, Integer.MAX_VALUE)).isInstanceOf(IOException.class);
      }
    }
    assertThat(lastEvent).isNotNull();

    var resumed = post(stack.stack().settings().gatewayUrl(), lastEvent);

    assertThat(resumed.statusCode()).isEqualTo(200);
    assertThat(resumed.headers().firstValue("x-request-id")).contains(requestId);
    try (var events = reader(resumed)) {
      assertThat(read(events, Integer.MAX_VALUE)).isEqualTo("[DONE]");
    }
    var key = new RequestKey("default", requestId);
    try (var results = stack.results();
        var usage = stack.usage()) {
      var result = results.await(1, one -> key.equals(key(one))).get(0);
      assertThat(text).hasToString(result.getText());
      var bills = usage.await(1, one -> one.getRequestId().equals(requestId));
      assertThat(bills.get(0).getUsage().getCompletionTokens()).isEqualTo(TOKENS);
    }
  }

  private HttpResponse<InputStream> post(String gateway, String lastEventId) throws Exception {
    var body =
        """
        {"model": "%s", "stream": true, "max_tokens": %d, "ignore_eos": true, "temperature": 0,
         "messages": [{"role": "user", "content": "where is my order 732201349959?"}]}
        """
            .formatted(RunningStack.MODEL, TOKENS);
    var request =
        HttpRequest.newBuilder(URI.create(gateway + "/v1/chat/completions"))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", idempotencyKey)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (lastEventId != null) {
      request.header("Last-Event-ID", lastEventId);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  private static BufferedReader reader(HttpResponse<InputStream> response) {
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  /**
   * Reads so many events with text, as a client that knows how far it has come.
   *
   * @return the data of the last event
   */
  private String read(BufferedReader events, int most) throws IOException {
    String id = null;
    String data = null;
    var read = 0;
    while (read < most) {
      var line = events.readLine();
      if (line == null) {
        return data;
      }
      if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("data: ")) {
        data = line.substring(6);
      } else if (line.isEmpty() && id != null) {
        text.append(JSON.readTree(data).at("/choices/0/delta/content").asText());
        lastEvent = id;
        id = null;
        read++;
      }
    }
    return data;
  }

  private static RequestKey key(InferenceResult result) {
    return new RequestKey(result.getTenant(), result.getRequestId());
  }
}
