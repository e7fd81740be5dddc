package io.streamweir.sinks.ledger;

import io.streamweir.config.Setting;
import io.streamweir.config.SettingTable;
import java.time.Duration;
import java.util.List;

/** The settings of the usage ledger. */
public final class LedgerSettings {

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
          "how long a request id is remembered to detect a second bill");

  public static final SettingTable TABLE =
      new SettingTable(
          "the usage ledger",
          List.of(BOOTSTRAP_SERVERS, REGISTRY_URL, APPLICATION_ID, STATE_DIRECTORY, UNIQUENESS));

  private LedgerSettings() {}
}
