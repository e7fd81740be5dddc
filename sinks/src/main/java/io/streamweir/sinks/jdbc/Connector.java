package io.streamweir.sinks.jdbc;

import io.streamweir.config.Config;
import io.streamweir.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Makes connections to the database. */
interface Connector {

  /** A new connection, to be closed by the caller. */
  Connection connect() throws SQLException;

  /**
   * By the settings. What stands in the URL has precedence.
   *
   * @throws ConfigException if the URL is not PostgreSQL's, or the password cannot be read
   */
  static Connector of(Config config) {
    var url = config.get(JdbcSettings.URL);
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new ConfigException(
          "Setting "
              + JdbcSettings.URL.key()
              + " must begin with jdbc:postgresql: since the statements are PostgreSQL's.");
    }
    var seconds = Long.toString(Math.max(1, config.get(JdbcSettings.TIMEOUT).toSeconds()));
    var properties = new Properties();
    properties.put("user", config.get(JdbcSettings.USER));
    properties.put("password", password(config.get(JdbcSettings.PASSWORD_FILE)));
    properties.put("ApplicationName", "weir-usage");
    properties.put("connectTimeout", seconds);
    properties.put("loginTimeout", seconds);
    properties.put("socketTimeout", seconds);
    properties.put("tcpKeepAlive", "true");
    return () -> DriverManager.getConnection(url, properties);
  }

  private static String password(String file) {
    if (file.isEmpty()) {
      return "";
    }
    try (var lines = Files.lines(Path.of(file))) {
      return lines.findFirst().orElse("");
    } catch (IOException e) {
      throw new ConfigException(
          "Setting "
              + JdbcSettings.PASSWORD_FILE.key()
              + " is '"
              + file
              + "', which cannot be read: "
              + e.getClass().getSimpleName()
              + ".");
    }
  }
}
