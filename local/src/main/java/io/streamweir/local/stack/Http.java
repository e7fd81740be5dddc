package io.streamweir.local.stack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks HTTP servers of the stack whether they are there. Thread-safe. */
final class Http {

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  /** On a busy machine a process may be slow without hanging. */
  private static final Duration LONG_TIMEOUT = Duration.ofSeconds(10);

  private static final int OK = 200;
  private static final int NONE = 0;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(TIMEOUT).build();

  /** Whether a GET of the address is answered with 200. */
  boolean answers(String url) {
    return status(url, TIMEOUT) == OK;
  }

  /** Whether a GET of the address is answered, with whatever status. */
  boolean reacts(String url) {
    return status(url, LONG_TIMEOUT) != NONE;
  }

  private int status(String url, Duration timeout) {
    var request = HttpRequest.newBuilder(URI.create(url)).timeout(timeout).build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return NONE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return NONE;
    }
  }
}
