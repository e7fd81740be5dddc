package io.streamweir.router;

import io.streamweir.config.KafkaSettings;
import io.streamweir.config.Setting;
import io.streamweir.config.SettingTable;
import java.time.Duration;
import java.util.List;

/** The settings of the routing job. */
public final class RouterSettings {

  public static final Setting<String> BOOTSTRAP_SERVERS =
      Setting.string("kafka.bootstrap.servers", null, "Kafka brokers, host:port, comma separated");

  public static final Setting<String> REGISTRY_URL =
      Setting.string("schema.registry.url", null, "schema registry of the Confluent protocol");

  public static final Setting<Duration> KAFKA_PATIENCE = KafkaSettings.PATIENCE;

  public static final Setting<Duration> REGISTRY_PATIENCE =
      Setting.duration(
          "registry.patience",
          "30 s",
          "how long records wait for a registry that does not answer before the job restarts");

  public static final Setting<Duration> CHECKPOINT_INTERVAL =
      Setting.duration(
          "checkpoint.interval", "1 s", "time between checkpoints; results appear that late");

  public static final Setting<Integer> PARALLELISM =
      Setting.integer("parallelism", "1", 1, 128, "subtasks of each operator");

  public static final Setting<Duration> DEDUPE_TTL =
      Setting.duration(
          "dedupe.ttl",
          "24 h",
          "1 s",
          "10000 d",
          "how long the id of a request is remembered, to drop duplicates");

  public static final Setting<Duration> FREEZE_LIMIT =
      Setting.duration(
          "freeze.limit",
          "5 s",
          "a process that stood still for longer may have been replaced and ends its tasks; must be"
              + " shorter than Flink's heartbeat.timeout");

  public static final Setting<Integer> MAX_PROMPT_CHARS =
      Setting.integer(
          "prompt.max-chars",
          "1000000",
          1,
          1 << 22,
          "most characters of a prompt, or of all messages of a chat together");

  public static final Setting<Duration> CATALOGUE_GRACE =
      Setting.duration(
          "catalogue.grace",
          "5 s",
          "how long after a start of the job requests wait for a model that is not deployed");

  public static final Setting<Duration> TOKENIZE_TIMEOUT =
      Setting.duration(
          "tokenize.timeout",
          "60 s",
          "longest wait for the tokenizer and the topics of a deployment, for one request");

  public static final Setting<Integer> TOKENIZE_CAPACITY =
      Setting.integer(
          "tokenize.capacity",
          "64",
          1,
          100_000,
          "most requests of a subtask that wait for a tokenizer or are being tokenized; more stay"
              + " in Kafka");

  public static final Setting<Duration> QUOTA_PATIENCE =
      Setting.duration(
          "quota.patience",
          "3 s",
          "how long a request waits for another of its tenant to end, if its quota allows no more"
              + " at a time; then 429. Longer than the checkpoint intervals of both jobs, with"
              + " which the end of a request becomes known");

  public static final Setting<Duration> QUOTA_OFFLINE_PATIENCE =
      Setting.duration(
          "quota.offline-patience",
          "24 h",
          "how long a request of the offline lane waits for its quota, if its deadline is not"
              + " earlier; then 429");

  public static final Setting<Duration> QUOTA_LONGEST_REQUEST =
      Setting.duration(
          "quota.longest-request",
          "24 h",
          "after which a request counts no more among those of its tenant at a time, whether its"
              + " end did not become known or it still runs");

  public static final Setting<Long> QUOTA_WAITING_SIZE =
      Setting.size(
          "quota.waiting-size",
          "16 mb",
          "most bytes of a lane's requests that wait for a quota in a subtask; of one tenant a"
              + " quarter, on the offline lane half; beyond it 429");

  public static final SettingTable TABLE =
      new SettingTable(
          "router",
          List.of(
              BOOTSTRAP_SERVERS,
              REGISTRY_URL,
              KAFKA_PATIENCE,
              REGISTRY_PATIENCE,
              CHECKPOINT_INTERVAL,
              PARALLELISM,
              DEDUPE_TTL,
              FREEZE_LIMIT,
              MAX_PROMPT_CHARS,
              CATALOGUE_GRACE,
              TOKENIZE_TIMEOUT,
              TOKENIZE_CAPACITY,
              QUOTA_PATIENCE,
              QUOTA_OFFLINE_PATIENCE,
              QUOTA_LONGEST_REQUEST,
              QUOTA_WAITING_SIZE));

  private RouterSettings() {}
}
