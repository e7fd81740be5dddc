package io.streamweir.local.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.streamweir.kafka.ReservedPorts;
import io.streamweir.local.terminal.WeirException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerClientTest {

  private static final String NOT_READY =
      "{\"error\":{\"code\":\"not_ready\",\"message\":\"It rebalances.\"}}";
  private static final Duration PATIENT = Duration.ofSeconds(30);

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    var port = ReservedPorts.next(); // nobody gets it while the server is down
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void shouldAskAgainWhileTheLedgerIsNotReady() {
    var answers = new AtomicInteger();
    answering(() -> answers.incrementAndGet() < 3 ? NOT_READY : "{\"rows\":[]}");

    var answer = client(PATIENT).usage(Map.of("tenant", "a b&c"));

    assertThat(answer.has("rows")).isTrue();
    assertThat(asked).hasSize(3).containsOnly("tenant=a+b%26c");
  }

  @Test
  void shouldGiveUpWithTheReasonWhenTheLedgerDoesNotGetReady() {
    answering(() -> NOT_READY);

    assertThatThrownBy(() -> client(Duration.ZERO).usage(Map.of()))
        .isInstanceOf(WeirException.class)
        .hasMessage("It rebalances.");
  }

  @Test
  void shouldNotAskAgainWhenTheQuestionIsWrong() {
    answering(() -> "{\"error\":{\"code\":\"invalid_request\",\"message\":\"No such lane.\"}}");

    assertThatThrownBy(() -> client(PATIENT).usage(Map.of())).hasMessage("No such lane.");
    assertThat(asked).hasSize(1);
  }

  @Test
  void shouldSayWhereToLookWhenNobodyListens() {
    server.stop(0);

    assertThatThrownBy(() -> client(Duration.ZERO).usage(Map.of()))
        .isInstanceOf(WeirException.class)
        .hasMessageContaining("./weir logs ledger");
  }

  @Test
  void shouldWaitUntilSomebodyListens() throws IOException {
    var address = server.getAddress();
    server.stop(0);
    var answer = CompletableFuture.supplyAsync(() -> client(address, PATIENT).usage(Map.of()));
    assertThat(answer).isNotDone();

    server = HttpServer.create(address, 0);
    answering(() -> "{\"rows\":[]}");
    server.start();

    assertThat(answer.join().has("rows")).isTrue();
  }

  private LedgerClient client(Duration patience) {
    return client(server.getAddress(), patience);
  }

  private static LedgerClient client(InetSocketAddress address, Duration patience) {
    return new LedgerClient("http://127.0.0.1:" + address.getPort(), patience);
  }

  private interface Body {
    String next();
  }

  private void answering(Body body) {
    server.createContext(
        "/v1/usage",
        exchange -> {
          asked.add(String.valueOf(exchange.getRequestURI().getRawQuery()));
          var text = body.next();
          var bytes = text.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(text.contains("error") ? 503 : 200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }
}
