package io.streamweir.sinks.ledger;

import io.streamweir.config.Setting;
import io.streamweir.config.SettingTable;
import java.time.Duration;
import java.util.List;

/** The settings of the usage ledger. */
public final class LedgerSettings {

  public static final Setting<String> HOST =
      Setting.string("host", "127.0.0.1", "address to answer queries on; 0.0.0.0 for all");
  public static final Setting<Integer> PORT =
      Setting.integer("port", "8086", 0, 65535, "port to answer queries on; 0 takes a free one");
  public static final Setting<String> BOOTSTRAP_SERVERS =
      Setting.string("kafka.bootstrap.servers", null, "brokers, host:port separated by commas");
  public static final Setting<String> REGISTRY_URL =
      Setting.string("schema.registry.url", null, "the schema registry");
  public static final Setting<String> APPLICATION_ID =
      Setting.string(
          "application.id", "weir-usage-ledger", "names consumer group, state and transactions");
  public static final Setting<String> STATE_DIRECTORY =
      Setting.string("state.dir", null, "directory for local state; rebuilt from Kafka if lost");
  public static final Setting<Duration> UNIQUENESS =
      Setting.duration(
          "uniqueness.window",
          "7 d",
          "how long a request id is remembered to detect a second bill; longer than any recovery");

  public static final SettingTable TABLE =
      new SettingTable(
          "the usage ledger",
          List.of(
              HOST,
              PORT,
              BOOTSTRAP_SERVERS,
              REGISTRY_URL,
              APPLICATION_ID,
              STATE_DIRECTORY,
              UNIQUENESS));

  private LedgerSettings() {}
}
