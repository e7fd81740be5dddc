package io.streamweir.sinks.jdbc;

import io.streamweir.config.Setting;
import io.streamweir.config.SettingTable;
import java.time.Duration;
import java.util.List;

/** The settings of the sink that writes usage records into a database. */
public final class JdbcSettings {

  public static final Setting<String> BOOTSTRAP_SERVERS =
      Setting.string("kafka.bootstrap.servers", null, "brokers, host:port separated by commas");
  public static final Setting<String> REGISTRY_URL =
      Setting.string("schema.registry.url", null, "the schema registry");
  public static final Setting<String> GROUP =
      Setting.string(
          "kafka.group",
          "weir-usage-jdbc",
          "consumer group that shares the partitions out; one per database");
  public static final Setting<String> URL =
      Setting.string("jdbc.url", null, "the database, jdbc:postgresql://HOST:PORT/NAME");
  public static final Setting<String> USER = Setting.string("jdbc.user", null, "its user");
  public static final Setting<String> PASSWORD_FILE =
      Setting.string(
          "jdbc.password.file", "", "file whose first line is the password; empty: no password");
  public static final Setting<Duration> TIMEOUT =
      Setting.duration(
          "jdbc.timeout", "30 s", "longest wait for an answer of the database; then it is down");
  public static final Setting<Boolean> CREATE_TABLES =
      Setting.flag("tables.create", "true", "whether missing tables are created at start");
  public static final Setting<Integer> BATCH =
      Setting.integer("batch.records", "500", 1, 100_000, "most usage records in one transaction");
  public static final Setting<Duration> RETRY_PAUSE =
      Setting.duration("retry.pause", "200 ms", "before the first retry; doubles each time");
  public static final Setting<Duration> RETRY_PAUSE_MAX =
      Setting.duration("retry.pause.max", "10 s", "longest pause before a retry");

  public static final SettingTable TABLE =
      new SettingTable(
          "the usage sink",
          List.of(
              BOOTSTRAP_SERVERS,
              REGISTRY_URL,
              GROUP,
              URL,
              USER,
              PASSWORD_FILE,
              TIMEOUT,
              CREATE_TABLES,
              BATCH,
              RETRY_PAUSE,
              RETRY_PAUSE_MAX));

  private JdbcSettings() {}
}
