package io.streamweir.local.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** TCP ports of this machine. */
public final class Ports {

  private static final int CONNECT_TIMEOUT_MS = 500;

  private Ports() {}

  /** Whether a server could listen on that port now. */
  public static boolean isFree(String host, int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true); // connections of a former server may linger
      socket.bind(new InetSocketAddress(InetAddress.getByName(host), port), 1);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Whether a server accepts connections on that port. While there is none, a client on the same
   * machine can be given the very port that it asks for, and is then connected to itself.
   */
  public static boolean answers(String host, int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), CONNECT_TIMEOUT_MS);
      return socket.getLocalPort() != port;
    } catch (IOException e) {
      return false;
    }
  }
}
