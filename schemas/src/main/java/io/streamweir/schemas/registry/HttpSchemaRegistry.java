package io.streamweir.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/**
 * Talks to any server of the Confluent Schema Registry protocol: two requests of it, on the JDK's
 * HTTP client.
 *
 * <p>The genuine client is not published where this project takes its libraries from, other than
 * repackaged inside a Flink format; tests check this one against it. Ids and schemas are immutable
 * in the protocol, so the caches never expire. Thread-safe.
 */
public final class HttpSchemaRegistry implements SchemaRegistry {

  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Registration(String subject, Schema schema) {}

  private final String baseUrl;
  private final HttpClient http;
  private final Map<Registration, Integer> ids = new ConcurrentHashMap<>();
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();

  /**
   * @param baseUrl for example {@code http://localhost:8081}, with a path where the server has one
   */
  public HttpSchemaRegistry(String baseUrl) {
    this.baseUrl = baseUrl.endsWith("/") ? baseUrl.substring(0, baseUrl.length() - 1) : baseUrl;
    this.http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
  }

  @Override
  public int idOf(String subject, Schema schema) {
    var registration = new Registration(subject, schema);
    var known = ids.get(registration);
    if (known != null) {
      return known;
    }
    var id = register(subject, schema);
    ids.put(registration, id);
    return id;
  }

  @Override
  public Schema schemaOf(int id) {
    var known = schemas.get(id);
    if (known != null) {
      return known;
    }
    var schema = fetch(id);
    schemas.put(id, schema);
    return schema;
  }

  @Override
  public void setCompatibility(String subject, String level) {
    var path = "/config/" + encode(subject);
    var response = send(request(path).PUT(body(Map.of("compatibility", level))).build());
    expect(response, path);
  }

  private int register(String subject, Schema schema) {
    var path = "/subjects/" + encode(subject) + "/versions";
    var response = send(request(path).POST(body(Map.of("schema", schema.toString()))).build());
    if (response.statusCode() == 409) {
      throw new IncompatibleSchemaException(
          "The schema registry at "
              + baseUrl
              + " refuses schema "
              + schema.getFullName()
              + " for subject "
              + subject
              + " as incompatible with an earlier version: "
              + response.body()
              + ". Add fields with a default instead of changing or removing them.");
    }
    return expect(response, path).path("id").asInt();
  }

  private Schema fetch(int id) {
    var path = "/schemas/ids/" + id;
    var response = send(request(path).GET().build());
    if (response.statusCode() == 404) {
      throw new UnknownSchemaException(
          "Schema id "
              + id
              + " is unknown to the registry at "
              + baseUrl
              + ". The producer probably uses another registry; point both at the same one.");
    }
    return new Schema.Parser().parse(expect(response, path).path("schema").asText());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(baseUrl + path))
        .timeout(TIMEOUT)
        .header("Content-Type", CONTENT_TYPE)
        .header("Accept", CONTENT_TYPE);
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new RegistryUnavailableException(
          "No answer from the schema registry at "
              + request.uri()
              + ": "
              + e
              + ". Check that it runs and that schema.registry.url is right.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryUnavailableException("Interrupted while asking " + request.uri(), e);
    }
  }

  private JsonNode expect(HttpResponse<String> response, String path) {
    if (response.statusCode() / 100 != 2) {
      throw new RegistryUnavailableException(
          "The schema registry at "
              + baseUrl
              + " answered "
              + response.statusCode()
              + " to "
              + path
              + ": "
              + response.body());
    }
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new RegistryUnavailableException(
          "The answer of " + baseUrl + path + " is not JSON; is it a schema registry?", e);
    }
  }

  private static HttpRequest.BodyPublisher body(Map<String, String> fields) {
    try {
      return HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(fields));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A map of strings is always JSON", e);
    }
  }

  private static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8);
  }
}
