package io.streamweir.bench.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Clients that ask for a stream and then read nothing of it. */
final class StalledReaders implements AutoCloseable {

  /** The kernel's share of what waits for such a client is to be small. */
  private static final int RECEIVE_BUFFER_BYTES = 4 << 10;

  private final NetClient net;
  private final URI server;
  private final String request;
  private final List<NetSocket> sockets = new ArrayList<>();

  /**
   * @param tokens of each answer
   */
  StalledReaders(Vertx vertx, URI server, String model, int tokens) {
    this.net =
        vertx.createNetClient(new NetClientOptions().setReceiveBufferSize(RECEIVE_BUFFER_BYTES));
    this.server = server;
    var body = StreamClient.body(model, tokens);
    this.request =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\n\r\n"
            + body;
  }

  /** One more. */
  void open() {
    var socket = net.connect(server.getPort(), server.getHost()).await();
    socket.pause();
    socket.write(Buffer.buffer(request)).await();
    sockets.add(socket);
  }

  @Override
  public void close() {
    sockets.forEach(socket -> socket.close().await());
    net.close().await();
  }
}
