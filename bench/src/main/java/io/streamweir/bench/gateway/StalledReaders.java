package io.streamweir.bench.gateway;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Clients that ask for a stream and then read nothing of it. Plain sockets: a client with an event
 * loop of its own takes some of what comes even while it is paused.
 */
final class StalledReaders implements AutoCloseable {

  /** The kernel's share of what waits for such a client is to be small. */
  private static final int RECEIVE_BUFFER_BYTES = 4 << 10;

  private final InetSocketAddress server;
  private final byte[] request;
  private final List<Socket> sockets = new ArrayList<>();

  /**
   * @param tokens of each answer
   */
  StalledReaders(URI server, String model, int tokens) {
    this.server = new InetSocketAddress(server.getHost(), server.getPort());
    var body = StreamClient.body(model, tokens);
    var text =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\n\r\n"
            + body;
    this.request = text.getBytes(StandardCharsets.UTF_8);
  }

  /** One more. */
  void open() throws IOException {
    var socket = new Socket();
    sockets.add(socket);
    socket.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
    socket.connect(server);
    socket.getOutputStream().write(request);
  }

  @Override
  public void close() throws IOException {
    for (var socket : sockets) {
      socket.close();
    }
  }
}
