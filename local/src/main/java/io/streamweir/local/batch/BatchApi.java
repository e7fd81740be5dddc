package io.streamweir.local.batch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.local.terminal.WeirException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * The gateway's routes of files and batches.
 *
 * <p>Every method throws a {@link WeirException} with the gateway's words if it refuses, and an
 * {@link IOException} if it does not answer or is not ready, so that asking again may help.
 */
public final class BatchApi {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int OK = 200;
  private static final int SERVER_ERROR = 500;

  private final String gatewayUrl;
  private final Map<String, String> headers;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /**
   * @param gatewayUrl for example {@code http://127.0.0.1:8000}
   * @param headers of every request: who asks
   */
  public BatchApi(String gatewayUrl, Map<String, String> headers) {
    this.gatewayUrl = gatewayUrl;
    this.headers = Map.copyOf(headers);
  }

  /** Uploads a file, which is never in memory as a whole. */
  public String upload(Path file) throws IOException {
    var boundary = UUID.randomUUID().toString();
    var head =
        "--%s\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n"
                .formatted(boundary)
            + "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"input.jsonl\"\r\n"
                .formatted(boundary)
            + "Content-Type: application/jsonl\r\n\r\n";
    var form =
        BodyPublishers.concat(
            BodyPublishers.ofString(head),
            BodyPublishers.ofFile(file),
            BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
    var request =
        request("/v1/files").header("Content-Type", "multipart/form-data; boundary=" + boundary);
    return json(request.POST(form)).path("id").asText();
  }

  /** Orders a batch of an uploaded file. */
  public JsonNode order(String fileId, String endpoint, String window) throws IOException {
    var body =
        JSON.createObjectNode()
            .put("input_file_id", fileId)
            .put("endpoint", endpoint)
            .put("completion_window", window);
    return post("/v1/batches", BodyPublishers.ofString(body.toString()));
  }

  public JsonNode batch(String id) throws IOException {
    return json(request("/v1/batches/" + encoded(id)).timeout(TIMEOUT).GET());
  }

  public JsonNode cancel(String id) throws IOException {
    return post("/v1/batches/" + encoded(id) + "/cancel", BodyPublishers.noBody());
  }

  /** Writes what a file of the gateway holds; the target is replaced when all of it has come. */
  public void download(String fileId, Path target) throws IOException {
    var response =
        send(
            request("/v1/files/" + encoded(fileId) + "/content").GET(),
            BodyHandlers.ofInputStream());
    try (InputStream content = response.body()) {
      if (response.statusCode() != OK) {
        requireOk(
            response.statusCode(), new String(content.readAllBytes(), StandardCharsets.UTF_8));
      }
      var part = target.resolveSibling(target.getFileName() + ".part");
      Files.copy(content, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private JsonNode post(String path, BodyPublisher body) throws IOException {
    return json(
        request(path).timeout(TIMEOUT).header("Content-Type", "application/json").POST(body));
  }

  private JsonNode json(HttpRequest.Builder request) throws IOException {
    var response = send(request, BodyHandlers.ofString());
    requireOk(response.statusCode(), response.body());
    return JSON.readTree(response.body());
  }

  private HttpRequest.Builder request(String path) {
    var request = HttpRequest.newBuilder(URI.create(gatewayUrl + path));
    headers.forEach(request::header);
    return request;
  }

  private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
      throws IOException {
    try {
      return http.send(request.build(), handler);
    } catch (IOException e) {
      throw new IOException("The gateway at " + gatewayUrl + " does not answer: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException("Interrupted", e);
    }
  }

  private static void requireOk(int status, String body) throws IOException {
    if (status == OK) {
      return;
    }
    var message = "The gateway answers " + status + ": " + words(body);
    if (status >= SERVER_ERROR) {
      throw new IOException(message);
    }
    throw new WeirException(message);
  }

  private static String words(String body) {
    try {
      return JSON.readTree(body).at("/error/message").asText(body);
    } catch (IOException e) {
      return body; // whoever answered is no gateway
    }
  }

  private static String encoded(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8);
  }
}
