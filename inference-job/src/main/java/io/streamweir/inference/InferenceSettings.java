package io.streamweir.inference;

import io.streamweir.config.KafkaSettings;
import io.streamweir.config.Setting;
import io.streamweir.config.SettingTable;
import io.streamweir.engine.Dtype;
import io.streamweir.schemas.RequestLimits;
import java.time.Duration;
import java.util.List;

/** Every setting of the inference job. */
public final class InferenceSettings {

  public static final Setting<String> BOOTSTRAP_SERVERS =
      Setting.string("kafka.bootstrap.servers", null, "Kafka brokers, host:port, comma-separated");
  public static final Setting<String> REGISTRY_URL =
      Setting.string("schema.registry.url", null, "URL of the schema registry");
  public static final Setting<Duration> KAFKA_PATIENCE = KafkaSettings.PATIENCE;
  public static final Setting<Duration> CHECKPOINT_INTERVAL =
      Setting.duration(
          "checkpoint.interval",
          "1 s",
          "time between checkpoints; results and usage are visible after the next one");

  public static final Setting<String> DEPLOYMENT =
      Setting.string("deployment", null, "name of the deployment; names its dispatch topics");
  public static final Setting<String> MODEL =
      Setting.string("model", null, "name of the model, for results and the dashboard");
  public static final Setting<String> MODEL_PATH =
      Setting.string("model.path", null, "directory of the model in Hugging Face layout");
  public static final Setting<String> ENGINE =
      Setting.string("engine", "djl", "engine that runs the model");
  public static final Setting<String> ACCELERATOR =
      Setting.choice(
          "accelerator",
          "cpu",
          RequestLimits.ACCELERATORS,
          "class that requests ask for and usage records name; a label, it moves nothing to a device");
  public static final Setting<String> DEVICE =
      Setting.string(
          "device", "cpu", "device of a replica, as its engine names it; djl has cpu only");

  public static final Setting<Integer> ENGINE_THREADS =
      Setting.integer("engine.threads", "1", 1, 1024, "compute threads of a replica");
  public static final Setting<String> ENGINE_DTYPE =
      Setting.choice(
          "engine.dtype",
          Dtype.AUTO.label(),
          Dtype.labels(),
          "what the matrices of the model are held and multiplied in; auto: int8 for a model of 100"
              + " million weights or more on a processor that adds products of bytes exactly"
              + " (avx512_vnni), else float32, the only one that changes no answer");
  public static final Setting<Integer> MAX_MODEL_LEN =
      Setting.integer(
          "max.model.len",
          "0",
          0,
          Integer.MAX_VALUE,
          "longest prompt plus completion in tokens; 0: what the model allows");
  public static final Setting<Integer> MAX_RUNNING =
      Setting.integer("engine.max.running", "32", 1, 65536, "most sequences in one step");
  public static final Setting<Integer> MAX_STEP_TOKENS =
      Setting.integer(
          "engine.max.step.tokens",
          "512",
          1,
          1 << 20,
          "most prompt and completion tokens in one step");
  public static final Setting<Long> KV_CACHE =
      Setting.size("engine.kv.cache", "256 mb", "memory for KV blocks");
  public static final Setting<Integer> BLOCK_SIZE =
      Setting.integer("engine.block.size", "16", 1, 4096, "tokens per KV block");
  public static final Setting<Integer> OFFLINE_BESIDE_ONLINE =
      Setting.integer(
          "engine.offline.beside.online",
          "16",
          0,
          65536,
          "most offline sequences in a step that has online ones");
  public static final Setting<Integer> OFFLINE_CHUNK_TOKENS =
      Setting.integer(
          "engine.offline.chunk.tokens",
          "128",
          1,
          1 << 20,
          "most offline prompt tokens in a step that has online sequences");
  public static final Setting<Boolean> PREFIX_CACHE =
      Setting.flag(
          "engine.prefix.cache",
          "true",
          "whether prompts that begin alike share KV blocks, within a tenant");
  public static final Setting<Duration> STEP_BUDGET =
      Setting.duration(
          "engine.step.budget",
          "200 ms",
          "longest predicted step beside online requests that name no tpot_slo_ms; 0 s for any");
  public static final Setting<Duration> OFFLINE_STEP_BUDGET =
      Setting.duration(
          "engine.offline.step.budget",
          "500 ms",
          "longest predicted step of offline requests alone, which an online one waits for; 0 s for"
              + " any");
  public static final Setting<Integer> ONLINE_KV_RESERVE =
      Setting.integer(
          "engine.online.kv.reserve",
          "10",
          0,
          99,
          "percent of the KV blocks that offline requests are not let into");
  public static final Setting<Duration> OFFLINE_AGING =
      Setting.duration(
          "engine.offline.aging",
          "30 s",
          "after how long without any offline request in a step one is served as online; 0 s for"
              + " never");
  public static final Setting<Duration> RESTART_BACKOFF_MAX =
      Setting.duration(
          "engine.restart.backoff.max", "30 s", "longest pause before a failed engine is reloaded");
  public static final Setting<Duration> CLOSE_TIMEOUT =
      Setting.duration(
          "engine.close.timeout",
          "15 s",
          "how long an ending task waits for its engine to stop; a failed or hanging engine that has not"
              + " stopped by then ends its process");
  public static final Setting<Duration> STEP_LIMIT =
      Setting.duration(
          "engine.step.limit",
          "2 min",
          "an engine that has sequences but finishes no step for so long hangs and is replaced; ten times"
              + " as long as its largest step takes if that is more; 0 s: never");

  public static final Setting<Integer> WAITING_REQUESTS =
      Setting.integer(
          "waiting.requests",
          "256",
          1,
          1 << 20,
          "requests of a lane that may wait in a replica; beyond it they wait in Kafka");
  public static final Setting<Long> WAITING_SIZE =
      Setting.size(
          "waiting.size", "16 mb", "bytes of a lane's requests that may wait in a replica");
  public static final Setting<Integer> LANE_POLL_RECORDS =
      Setting.integer(
          "lane.poll.records", "16", 1, 10_000, "most records a lane's consumer reads at once");
  public static final Setting<Long> LANE_PARTITION_FETCH =
      Setting.size(
          "lane.partition.fetch", "64 kb", "most bytes fetched of a dispatch partition at once");
  public static final Setting<Long> LANE_FETCH =
      Setting.size("lane.fetch", "128 kb", "most bytes fetched by a lane's consumer at once");
  public static final Setting<Integer> TOKENS_OFFLINE_BATCH =
      Setting.integer(
          "tokens.offline.batch",
          "64",
          1,
          1 << 20,
          "tokens of an offline request that are sent without waiting for more; online ones never"
              + " wait");
  public static final Setting<Duration> TOKENS_OFFLINE_LINGER =
      Setting.duration(
          "tokens.offline.linger",
          "200 ms",
          "how long a token of an offline request may wait for more, to share a record with them");
  public static final Setting<Duration> FREEZE_LIMIT =
      Setting.duration(
          "freeze.limit",
          "5 s",
          "a process that stood still for longer may have been replaced and ends its tasks; must be"
              + " shorter than Flink's heartbeat.timeout");
  public static final Setting<Duration> STATUS_INTERVAL =
      Setting.duration("status.interval", "1 s", "time between two status records of a replica");

  public static final SettingTable TABLE =
      new SettingTable(
          "inference-job",
          List.of(
              BOOTSTRAP_SERVERS,
              REGISTRY_URL,
              KAFKA_PATIENCE,
              CHECKPOINT_INTERVAL,
              DEPLOYMENT,
              MODEL,
              MODEL_PATH,
              ENGINE,
              ACCELERATOR,
              DEVICE,
              ENGINE_THREADS,
              ENGINE_DTYPE,
              MAX_MODEL_LEN,
              MAX_RUNNING,
              MAX_STEP_TOKENS,
              KV_CACHE,
              BLOCK_SIZE,
              OFFLINE_BESIDE_ONLINE,
              OFFLINE_CHUNK_TOKENS,
              PREFIX_CACHE,
              STEP_BUDGET,
              OFFLINE_STEP_BUDGET,
              ONLINE_KV_RESERVE,
              OFFLINE_AGING,
              RESTART_BACKOFF_MAX,
              CLOSE_TIMEOUT,
              STEP_LIMIT,
              WAITING_REQUESTS,
              WAITING_SIZE,
              LANE_POLL_RECORDS,
              LANE_PARTITION_FETCH,
              LANE_FETCH,
              TOKENS_OFFLINE_BATCH,
              TOKENS_OFFLINE_LINGER,
              FREEZE_LIMIT,
              STATUS_INTERVAL));

  private InferenceSettings() {}
}
