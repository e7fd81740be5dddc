package io.streamweir.sinks.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Connections whose fourth commit, the second that stores bills, is the last thing that a process
 * nearly does (every other connection) or just does.
 */
final class CrashingConnector implements Connector {

  private static final int LAST = 4;

  /** As if the process had been killed: nothing that handles failures may handle it. */
  static final class Crash extends Error {
    Crash(String when) {
      super(when);
    }
  }

  private final Connector real;
  private int before;
  private int after;

  CrashingConnector(Connector real) {
    this.real = real;
  }

  int crashesBeforeCommit() {
    return before;
  }

  int crashesAfterCommit() {
    return after;
  }

  @Override
  public Connection connect() throws SQLException {
    var connection = real.connect();
    var commits = new AtomicInteger();
    var crashesBefore = before <= after;
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              var last = method.getName().equals("commit") && commits.incrementAndGet() == LAST;
              if (last && crashesBefore) {
                before++;
                throw new Crash("before the commit");
              }
              try {
                var result = method.invoke(connection, arguments);
                if (last) {
                  after++;
                  throw new Crash("after the commit");
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
