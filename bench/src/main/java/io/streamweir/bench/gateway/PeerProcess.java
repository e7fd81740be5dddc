package io.streamweir.bench.gateway;

import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * {@link EngineServer} and {@link PlainProxy}, together in one process beside the benchmark's; it
 * ends when its standard input does.
 */
final class PeerProcess implements AutoCloseable {

  private final Process process;
  private final URI engine;
  private final URI proxy;

  /** Starts it with this process' class path and the limits of a gateway's process. */
  PeerProcess() throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms64m",
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                PeerProcess.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    engine = uri(out.readLine());
    proxy = uri(out.readLine());
  }

  private static URI uri(String port) throws IOException {
    if (port == null) {
      throw new IOException("The process with the engine and the proxy did not start; see above");
    }
    return URI.create("http://127.0.0.1:" + port);
  }

  URI engine() {
    return engine;
  }

  URI proxy() {
    return proxy;
  }

  @Override
  public void close() {
    process.destroy();
  }

  public static void main(String[] arguments) throws IOException {
    var vertx = Vertx.vertx();
    var server = new EngineServer(vertx, new PacedEngine(() -> Pace.AT_ONCE, 0));
    System.out.println(server.port());
    System.out.println(new PlainProxy(vertx, server.port()).port());
    while (System.in.read() >= 0) {
      continue; // until its parent has gone
    }
    System.exit(0);
  }
}
