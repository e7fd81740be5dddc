package io.streamweir.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.gateway.fuzz.Damage;
import io.streamweir.support.Await;
import io.streamweir.support.Cluster;
import io.streamweir.support.GatewayClient;
import io.streamweir.support.Responder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * HTTP requests whose paths, headers, queries and forms are damaged, to a gateway at work: each is
 * answered, and none with an internal error. Bodies of JSON are damaged in {@code ParserFuzzTest}.
 * Short in the build; {@code -Dstreamweir.fuzz.seconds=600} goes on for that long.
 */
@ExtendWith(Cluster.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoorFuzzITCase {

  private static final int REQUESTS = 300;
  private static final Duration LONGER =
      Duration.ofSeconds(Long.getLong("streamweir.fuzz.seconds", 0));

  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([2-5]\\d\\d) ");
  private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
  private static final int STATUS_BYTES = "HTTP/1.1 200 ".length();
  private static final byte[] LINE_END = {'\r', '\n'};
  private static final List<String> METHODS =
      List.of(
          "GET",
          "GET",
          "GET",
          "POST",
          "POST",
          "POST",
          "POST",
          "DELETE",
          "PUT",
          "HEAD",
          "OPTIONS",
          "CONNECT",
          "TRACE",
          "M-SEARCH");

  private static final String CHAT =
      "{\"model\":\"rejected\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

  private static final List<String> PATHS =
      List.of(
          "/v1/chat/completions",
          "/v1/completions",
          "/v1/responses",
          "/v1/messages",
          "/v1/messages/count_tokens",
          "/v1/embeddings",
          "/v1/rerank",
          "/v1/models",
          "/v1/models/served%2Fmodel",
          "/v1/streams/c0-1-9f86d081884c7d65",
          "/v1/streams/idem-9f86d081884c7d65?stream=true&protocol=messages",
          "/v1/files",
          "/v1/files/file-1",
          "/v1/files/file-1/content",
          "/v1/batches",
          "/v1/batches?limit=3&after=batch_1",
          "/v1/batches/batch_1",
          "/v1/batches/batch_1/cancel",
          "/stats",
          "/openapi.json");

  private static final List<String> HEADERS =
      List.of(
          "Content-Type: application/json",
          "Content-Type: multipart/form-data; boundary=B",
          "Idempotency-Key: k-1",
          "Last-Event-ID: 12-34-5-1",
          "X-Weir-Tenant: shop",
          "Authorization: Bearer abc",
          "x-api-key: abc",
          "anthropic-version: 2023-06-01",
          "Accept: text/event-stream",
          "Accept-Encoding: gzip",
          "Expect: 100-continue",
          "Cookie: a=b; c=d",
          "Range: bytes=0-1");

  private static final String FORM =
      "--B\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
          + "--B\r\nContent-Disposition: form-data; name=\"expires_after[anchor]\"\r\n\r\n"
          + "created_at\r\n"
          + "--B\r\nContent-Disposition: form-data; name=\"expires_after[seconds]\"\r\n\r\n3600\r\n"
          + "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"l.jsonl\"\r\n"
          + "Content-Type: application/jsonl\r\n\r\n{\"custom_id\":\"a\"}\n\r\n--B--\r\n";

  private final Responder responder;
  private final GatewayServer gateway;

  DoorFuzzITCase(Cluster cluster) throws Exception {
    responder = new Responder(cluster.options());
    gateway =
        Gateways.start(
            cluster,
            Map.of(
                "receive.timeout",
                "200 ms",
                "files.receive-timeout",
                "200 ms",
                "first-token.timeout",
                "100 ms"));
  }

  @AfterAll
  void stop() {
    gateway.close();
    responder.close();
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.DAYS)
  void shouldAnswerWhateverComes() throws Exception {
    var statuses = new TreeMap<Integer, Integer>();
    var end = System.nanoTime() + LONGER.toNanos();
    for (var seed = 0L; seed < REQUESTS || System.nanoTime() < end; seed++) {
      var request = request(new Random(seed));
      try {
        var status = status(request);
        assertThat(status).isNotEqualTo(500);
        statuses.merge(status, 1, Integer::sum);
      } catch (IOException | AssertionError e) {
        var what = "Seed %d: %s".formatted(seed, new String(request, ISO_8859_1));
        throw new AssertionError(what, e);
      }
    }
    if (!LONGER.isZero()) {
      System.out.println("Statuses of the answers, 0 for none: " + statuses);
    }
    assertThat(statuses).containsKeys(200, 400, 404);
    assertThat(new GatewayClient(gateway.url()).get("/readyz").statusCode()).isEqualTo(200);
  }

  private static byte[] request(Random random) throws IOException {
    var head = new ByteArrayOutputStream();
    head.writeBytes((one(METHODS, random) + " ").getBytes(ISO_8859_1));
    head.writeBytes(perhapsDamaged(one(PATHS, random), random, 2));
    head.writeBytes(" HTTP/1.1\r\nHost: localhost\r\n".getBytes(ISO_8859_1));
    for (var more = random.nextInt(5); more > 0; more--) {
      head.writeBytes(perhapsDamaged(one(HEADERS, random), random, 4));
      head.writeBytes(LINE_END);
    }
    var body = body(random);
    if (body.length > 0 || random.nextInt(4) == 0) {
      head.writeBytes(perhapsDamaged("Content-Length: " + body.length, random, 8));
      head.writeBytes(LINE_END);
    }
    head.writeBytes(LINE_END);
    head.writeBytes(body);
    return head.toByteArray();
  }

  private static byte[] body(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> new byte[0];
      case 1 -> CHAT.getBytes(ISO_8859_1);
      default -> perhapsDamaged(FORM, random, 2);
    };
  }

  /** One of so many is damaged. */
  private static byte[] perhapsDamaged(String good, Random random, int every) {
    var bytes = good.getBytes(ISO_8859_1);
    return random.nextInt(every) == 0 ? Damage.bytes(bytes, random) : bytes;
  }

  private static String one(List<String> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }

  /** The status of the answer; 0 if the gateway closes the connection without one. */
  private int status(byte[] request) throws IOException {
    try (var socket = new Socket()) {
      socket.setSoTimeout(Math.toIntExact(Await.TIMEOUT.toMillis()));
      socket.connect(new InetSocketAddress("127.0.0.1", gateway.port()));
      socket.getOutputStream().write(request);
      var in = socket.getInputStream();
      var answer = new String(in.readNBytes(STATUS_BYTES), ISO_8859_1);
      if (CONTINUE.startsWith(answer) && !answer.isEmpty()) {
        in.skipNBytes(CONTINUE.length() - STATUS_BYTES);
        answer = new String(in.readNBytes(STATUS_BYTES), ISO_8859_1);
      }
      var status = STATUS.matcher(answer);
      return status.lookingAt() ? Integer.parseInt(status.group(1)) : 0;
    } catch (SocketException e) {
      return 0;
    }
  }
}
