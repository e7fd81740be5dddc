package io.streamweir.sinks;

import io.streamweir.config.ConfigException;
import io.streamweir.sinks.jdbc.JdbcSettings;
import io.streamweir.sinks.jdbc.JdbcSink;
import io.streamweir.sinks.jdbc.JdbcSinkException;

/** Brings usage records into a database until it is told to stop. */
public final class UsageToDatabase {

  private static final int USAGE_ERROR = 2;

  private UsageToDatabase() {}

  /**
   * @param arguments {@code --key value} pairs of {@link JdbcSettings}
   */
  public static void main(String[] arguments) {
    try {
      var sink = new JdbcSink(JdbcSettings.TABLE.parse(arguments));
      Runtime.getRuntime().addShutdownHook(new Thread(sink::close, "usage-sink-shutdown"));
      sink.run();
    } catch (ConfigException | JdbcSinkException e) {
      System.err.println(e.getMessage());
      System.exit(USAGE_ERROR);
    }
  }
}
