package io.streamweir.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** A connection whose bytes the test sends and reads itself: to go away, or to read nothing. */
public final class RawConnection implements AutoCloseable {

  private static final int SMALL_RECEIVE_BUFFER = 4096;

  private final Socket socket = new Socket();
  private final BufferedReader reader;

  public RawConnection(int port) throws IOException {
    socket.setReceiveBufferSize(SMALL_RECEIVE_BUFFER);
    socket.setSoTimeout(Math.toIntExact(Await.TIMEOUT.toMillis()));
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    reader =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  /**
   * @param headers lines of the head, each without its end
   */
  public void post(String path, String body, String... headers) throws IOException {
    send(
        "POST "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\n"
            + Arrays.stream(headers).map(line -> line + "\r\n").collect(Collectors.joining())
            + "Content-Length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\n\r\n"
            + body);
  }

  public void send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
  }

  /** The next line; null at the end. */
  public String readLine() throws IOException {
    return reader.readLine();
  }

  /** Reads up to and with a line that contains a text; returns everything read. */
  public String readUntil(String text) throws IOException {
    var read = new StringBuilder();
    for (var line = readLine(); line != null; line = readLine()) {
      read.append(line).append('\n');
      if (line.contains(text)) {
        return read.toString();
      }
    }
    return read.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
