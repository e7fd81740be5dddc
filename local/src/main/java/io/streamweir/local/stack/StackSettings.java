package io.streamweir.local.stack;

import io.streamweir.config.Config;
import io.streamweir.config.ConfigException;
import io.streamweir.config.Setting;
import io.streamweir.config.SettingTable;
import io.streamweir.gateway.GatewaySettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What can be chosen about an embedded stack. Immutable. */
public final class StackSettings {

  public static final Setting<String> HOST =
      Setting.string("host", "127.0.0.1", "address that every process listens on");
  public static final Setting<Integer> PORTS_OFFSET =
      Setting.integer(
          "ports.offset", "0", 0, 50_000, "added to every port: a second stack on this machine");
  public static final Setting<Integer> GATEWAY_PORT = port("gateway.port", "8000", "OpenAI API");
  public static final Setting<Integer> KAFKA_PORT = port("kafka.port", "9092", "Kafka clients");
  public static final Setting<Integer> KAFKA_CONTROLLER_PORT =
      port("kafka.controller.port", "9093", "the KRaft controller");
  public static final Setting<Integer> REGISTRY_PORT =
      port("registry.port", "8085", "the schema registry");
  public static final Setting<Integer> LEDGER_PORT =
      port("ledger.port", "8086", "queries of the usage ledger");
  public static final Setting<Integer> FLINK_REST_PORT =
      port("flink.rest.port", "8081", "Flink's REST API and dashboard");
  public static final Setting<Integer> FLINK_RPC_PORT =
      port("flink.rpc.port", "6123", "the JobManager's RPC");
  public static final Setting<Integer> TASKMANAGERS =
      Setting.integer(
          "taskmanagers",
          "1",
          1,
          16,
          "TaskManager processes, four slots each; one more than the jobs fill is a spare");
  public static final Setting<String> TASKMANAGER_CLASSPATH =
      Setting.string(
          "taskmanager.classpath",
          "",
          "further class path of the TaskManagers: jars of engines of your own; empty: none");
  public static final Setting<Duration> CHECKPOINT_INTERVAL =
      Setting.duration(
          "checkpoint.interval", "1 s", "of every job; results and usage appear that much later");
  public static final Setting<Boolean> DEFAULT_DEPLOYMENT =
      Setting.flag(
          "deployment.default", "true", "whether up deploys support-intents if it is not deployed");
  public static final Setting<Boolean> SUPERVISOR =
      Setting.flag(
          "supervisor",
          "true",
          "whether a process of its own starts again what died, and its jobs");
  public static final Setting<Duration> SUPERVISOR_INTERVAL =
      Setting.duration(
          "supervisor.interval", "200 ms", "between two looks of the supervisor at the processes");
  public static final Setting<Duration> RESTART_PAUSE =
      Setting.duration(
          "restart.pause", "200 ms", "before a process that died starts again; doubles each time");
  public static final Setting<Duration> RESTART_PAUSE_MAX =
      Setting.duration(
          "restart.pause.max", "10 s", "longest pause before a process that keeps dying");
  public static final Setting<Duration> HANG_LIMIT =
      Setting.duration(
          "hang.limit",
          "30 s",
          "a process that runs but gives no answer for so long is ended and starts again, at least"
              + " 15 s, as one question may take 10 s; 0 s: never");

  private static final Duration LEAST_HANG_LIMIT = Duration.ofSeconds(15);

  public static final SettingTable TABLE =
      new SettingTable(
          "weir",
          List.of(
              HOST,
              PORTS_OFFSET,
              GATEWAY_PORT,
              KAFKA_PORT,
              KAFKA_CONTROLLER_PORT,
              REGISTRY_PORT,
              LEDGER_PORT,
              FLINK_REST_PORT,
              FLINK_RPC_PORT,
              TASKMANAGERS,
              TASKMANAGER_CLASSPATH,
              CHECKPOINT_INTERVAL,
              DEFAULT_DEPLOYMENT,
              SUPERVISOR,
              SUPERVISOR_INTERVAL,
              RESTART_PAUSE,
              RESTART_PAUSE_MAX,
              HANG_LIMIT));

  private static final Set<String> OWN =
      TABLE.settings().stream().map(Setting::key).collect(Collectors.toUnmodifiableSet());

  private final Map<String, String> written;
  private final Config config;
  private final Config gatewayConfig;
  private final PassedOn gateway;
  private final PassedOn router;

  /**
   * @param written keys and values as they were written; what is missing has its default
   * @throws io.streamweir.config.ConfigException if one is not allowed; what the router is passed
   *     it checks itself
   */
  public StackSettings(Map<String, String> written) {
    this.written = new TreeMap<>(written);
    this.gateway = PassedOn.of("gateway", written, OWN);
    this.router = PassedOn.of("router", written, OWN);
    this.gatewayConfig = GatewaySettings.TABLE.parse(gateway.values());
    var own = new TreeMap<>(written);
    own.keySet().removeIf(key -> gateway.has(key) || router.has(key));
    this.config = TABLE.parse(own);
    requireHangLimit(config.get(HANG_LIMIT));
  }

  private static void requireHangLimit(Duration limit) {
    if (!limit.isZero() && limit.compareTo(LEAST_HANG_LIMIT) < 0) {
      throw new ConfigException(
          "Setting %s is %d ms, but must be 0 s (never) or at least %d s: a process that works may take 10 s to answer one question, and would be ended for it."
              .formatted(HANG_LIMIT.key(), limit.toMillis(), LEAST_HANG_LIMIT.toSeconds()));
    }
  }

  /** These settings, with others put over them. */
  public StackSettings with(Map<String, String> others) {
    var both = new TreeMap<>(written);
    both.putAll(others);
    return new StackSettings(both);
  }

  public <T> T get(Setting<T> setting) {
    return config.get(setting);
  }

  /** A port, offset included. */
  public int port(Setting<Integer> setting) {
    return config.get(setting) + config.get(PORTS_OFFSET);
  }

  public String host() {
    return config.get(HOST);
  }

  public String bootstrapServers() {
    return host() + ":" + port(KAFKA_PORT);
  }

  public String registryUrl() {
    return url(REGISTRY_PORT) + "/apis/ccompat/v7";
  }

  public String flinkUrl() {
    return url(FLINK_REST_PORT);
  }

  public String gatewayUrl() {
    return url(GATEWAY_PORT);
  }

  public String ledgerUrl() {
    return url(LEDGER_PORT);
  }

  /** The settings that every Flink job gets. */
  public Map<String, String> jobSettings() {
    return Map.of(
        "kafka.bootstrap.servers", bootstrapServers(),
        "schema.registry.url", registryUrl(),
        "checkpoint.interval", get(CHECKPOINT_INTERVAL).toMillis() + " ms");
  }

  /** What the gateway gets beside addresses: those written as {@code gateway.KEY}. */
  Map<String, String> gatewaySettings() {
    return gateway.values();
  }

  /** Whether the gateway refuses whoever has no API key. */
  boolean keysRequired() {
    return gatewayConfig.get(GatewaySettings.KEYS_REQUIRED);
  }

  /**
   * The settings that the router gets: those of every job, and those written as {@code router.KEY}.
   */
  public Map<String, String> routerSettings() {
    var all = new TreeMap<>(jobSettings());
    all.putAll(router.values());
    return all;
  }

  /** What was written, for the settings file. */
  public Map<String, String> written() {
    return Map.copyOf(written);
  }

  private String url(Setting<Integer> port) {
    return "http://" + host() + ":" + port(port);
  }

  private static Setting<Integer> port(String key, String fallback, String user) {
    return Setting.integer(key, fallback, 1, 65_535, "port for " + user);
  }
}
