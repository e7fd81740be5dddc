package io.streamweir.local.e2e;

import io.streamweir.kafka.ReservedPorts;
import io.streamweir.local.stack.Stack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A second gateway of a running stack, in a process of its own that the stack does not know. */
final class OtherGateway implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final Path log;
  private final String url;

  OtherGateway(Stack stack, Path directory) throws IOException {
    var settings = stack.settings();
    var port = ReservedPorts.next();
    this.url = "http://127.0.0.1:" + port;
    this.log = directory.resolve("gateway.log");
    this.process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                stack.home().serviceClassPath(),
                "io.streamweir.gateway.Gateway",
                "--client.id",
                "other-gateway",
                "--batch.runs",
                "false",
                "--port",
                Integer.toString(port),
                "--kafka.bootstrap.servers",
                settings.bootstrapServers(),
                "--schema.registry.url",
                settings.registryUrl())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
  }

  String url() {
    return url;
  }

  void awaitReady() throws IOException {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!ready()) {
      if (System.nanoTime() > deadline || !process.isAlive()) {
        throw new AssertionError("The gateway is not ready: " + Files.readString(log));
      }
      LockSupport.parkNanos(POLL_INTERVAL.toNanos());
    }
  }

  private boolean ready() {
    try {
      var request = HttpRequest.newBuilder(URI.create(url + "/readyz")).build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false; // it does not listen yet
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** With SIGKILL: nothing of it is said or flushed any more. */
  void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
