package io.streamweir.gateway.http;

import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The connections that have no request, and since when. A client that sends the head of a request
 * byte by byte, or nothing at all, holds a connection no longer than one that has finished. On the
 * event loop only.
 */
public final class IdleConnections {

  private final long limitNanos;

  /** Oldest first. */
  private final Map<HttpConnection, Long> idle = new LinkedHashMap<>();

  public IdleConnections(Duration limit) {
    this.limitNanos = limit.toNanos();
  }

  /** A connection waits for a request from now on: it is new, or has been answered. */
  public void waits(HttpConnection connection, long nowNanos) {
    idle.remove(connection);
    idle.put(connection, nowNanos);
  }

  /** The head of a request has come, or the connection is gone. */
  public void isBusy(HttpConnection connection) {
    idle.remove(connection);
  }

  /** Closes those that have waited too long. */
  public void tick(long nowNanos) {
    var expired = new ArrayList<HttpConnection>();
    for (var each : idle.entrySet()) {
      if (nowNanos - each.getValue() < limitNanos) {
        break;
      }
      expired.add(each.getKey());
    }
    expired.forEach(idle::remove);
    expired.forEach(HttpConnection::close);
  }
}
