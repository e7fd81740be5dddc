package io.streamweir.gateway;

import io.streamweir.config.Setting;
import io.streamweir.config.SettingTable;
import java.time.Duration;
import java.util.List;

/** Every setting of the gateway. */
public final class GatewaySettings {

  public static final Setting<String> HOST =
      Setting.string("host", "127.0.0.1", "address to listen on; 0.0.0.0 for all");

  public static final Setting<Integer> PORT =
      Setting.integer("port", "8000", 0, 65535, "port to listen on; 0 takes a free one");

  public static final Setting<String> BOOTSTRAP_SERVERS =
      Setting.string("kafka.bootstrap.servers", "127.0.0.1:9092", "Kafka brokers, host:port");

  public static final Setting<String> REGISTRY_URL =
      Setting.string(
          "schema.registry.url",
          "http://127.0.0.1:8085/apis/ccompat/v7",
          "schema registry, Confluent protocol");

  public static final Setting<String> CLIENT_ID =
      Setting.string(
          "client.id",
          "",
          "names this gateway to Kafka and chooses the tokens partition it reads; empty: made up");

  public static final Setting<Long> BODY_LIMIT =
      Setting.size("body.limit", "4 mb", "largest request body");

  public static final Setting<Long> BODY_TOTAL_LIMIT =
      Setting.size(
          "body.total-limit",
          "32 mb",
          "request bodies in memory, from the first byte until Kafka has them; beyond it 503");

  public static final Setting<Long> ANSWER_TOTAL_LIMIT =
      Setting.size(
          "answer.total-limit",
          "32 mb",
          "memory of answers that are not streamed, until the client has them; beyond it 503");

  public static final Setting<String> TLS_CERTIFICATE =
      Setting.string(
          "tls.certificate",
          "",
          "PEM file of the certificate and those that vouch for it, or a PKCS12 file (.p12, .pfx);"
              + " empty: plain HTTP");

  public static final Setting<String> TLS_KEY =
      Setting.string(
          "tls.key", "", "PEM file of the certificate's private key; empty with a PKCS12 file");

  public static final Setting<String> TLS_PASSWORD_FILE =
      Setting.string(
          "tls.password-file", "", "file that holds the password of the PKCS12 file, and no more");

  public static final Setting<Duration> IDLE_TIMEOUT =
      Setting.duration(
          "connection.idle-timeout",
          "60 s",
          "a connection without a request is closed when the next one's head has not come whole");

  public static final Setting<Duration> RECEIVE_TIMEOUT =
      Setting.duration("receive.timeout", "30 s", "time for the whole request body to arrive");

  public static final Setting<Duration> FIRST_TOKEN_TIMEOUT =
      Setting.duration(
          "first-token.timeout",
          "10 min",
          "longest wait for the first token; then 504 and a cancel");

  public static final Setting<Duration> NEXT_TOKEN_TIMEOUT =
      Setting.duration(
          "next-token.timeout",
          "2 min",
          "longest wait for a later token; then an error and a cancel");

  public static final Setting<Duration> STALLED_TIMEOUT =
      Setting.duration(
          "client.stalled-timeout",
          "5 min",
          "a client that reads nothing for so long is disconnected");

  public static final Setting<Duration> KEEP_ALIVE =
      Setting.duration(
          "keep-alive.interval", "15 s", "an open stream without tokens gets a comment so often");

  public static final Setting<Boolean> CANCEL_ON_DISCONNECT =
      Setting.flag("disconnect.cancels", "true", "a client that disconnects cancels its request");

  public static final Setting<Boolean> KEYS_REQUIRED =
      Setting.flag(
          "keys.required",
          "false",
          "every route below /v1 wants an API key, see ./weir keys; false: none is looked at");

  public static final Setting<Integer> OTHER_TENANTS =
      Setting.integer(
          "tenants.others",
          "10000",
          0,
          10_000_000,
          "where no API key is required, how many tenants may be named in X-Weir-Tenant that"
              + " ./weir tenants does not know, besides 'default' and until the gateway restarts:"
              + " each becomes an account of the ledger; beyond it 403");

  public static final Setting<Integer> ACTIVE_LIMIT =
      Setting.integer("active.limit", "2048", 1, 1_000_000, "requests in flight; beyond it 503");

  public static final Setting<Long> STREAM_BUFFER =
      Setting.size(
          "stream.buffer",
          "32 kb",
          "tokens kept in memory for one slow client; the rest is read from Kafka later");

  public static final Setting<Integer> STREAMS_LIMIT =
      Setting.integer(
          "streams.limit",
          "100000",
          1,
          10_000_000,
          "requests with an Idempotency-Key or an id of the client's, remembered for a day, about"
              + " 400 bytes each; a tenant gets at most what it leaves free: beyond it an"
              + " Idempotency-Key gets 429, and an id of the client's is not remembered");

  public static final Setting<Duration> DELIVERY_TIMEOUT =
      Setting.duration(
          "delivery.timeout", "10 s", "time for Kafka to acknowledge a request; then 503");

  public static final Setting<Long> FILE_LIMIT =
      Setting.size("files.limit", "512 mb", "largest file that is taken");

  public static final Setting<Integer> FILES_PER_TENANT =
      Setting.integer("files.tenant-limit", "10000", 1, 1_000_000, "files of one tenant; then 429");

  public static final Setting<Duration> FILE_TIMEOUT =
      Setting.duration("files.receive-timeout", "10 min", "time for a whole file to arrive");

  public static final Setting<Integer> TRANSFER_LIMIT =
      Setting.integer(
          "files.transfer-limit",
          "16",
          1,
          10_000,
          "uploads and downloads at once, up to 2 mb of memory each; beyond it 503");

  public static final Setting<Integer> BATCH_LINES =
      Setting.integer("batch.lines-limit", "500000", 1, 5_000_000, "lines of one batch");

  public static final Setting<Integer> BATCH_ACTIVE =
      Setting.integer(
          "batch.active-limit", "100", 1, 100_000, "batches of one tenant at once; then 429");

  public static final Setting<Duration> BATCH_GRACE =
      Setting.duration(
          "batch.grace",
          "1 min",
          "how long results are waited for when a batch is cancelled or its time is over; longer than"
              + " the checkpoint interval");

  public static final Setting<Boolean> BATCH_RUNS =
      Setting.flag("batch.runs", "true", "false leaves the work on batches to other gateways");

  public static final Setting<Duration> DRAIN_TIMEOUT =
      Setting.duration(
          "drain.timeout", "30 s", "time for open answers to end when the gateway is stopped");

  public static final SettingTable TABLE =
      new SettingTable(
          "gateway",
          List.of(
              HOST,
              PORT,
              BOOTSTRAP_SERVERS,
              REGISTRY_URL,
              CLIENT_ID,
              BODY_LIMIT,
              BODY_TOTAL_LIMIT,
              ANSWER_TOTAL_LIMIT,
              TLS_CERTIFICATE,
              TLS_KEY,
              TLS_PASSWORD_FILE,
              IDLE_TIMEOUT,
              RECEIVE_TIMEOUT,
              FIRST_TOKEN_TIMEOUT,
              NEXT_TOKEN_TIMEOUT,
              STALLED_TIMEOUT,
              KEEP_ALIVE,
              CANCEL_ON_DISCONNECT,
              KEYS_REQUIRED,
              OTHER_TENANTS,
              ACTIVE_LIMIT,
              STREAM_BUFFER,
              STREAMS_LIMIT,
              DELIVERY_TIMEOUT,
              FILE_LIMIT,
              FILES_PER_TENANT,
              FILE_TIMEOUT,
              TRANSFER_LIMIT,
              BATCH_LINES,
              BATCH_ACTIVE,
              BATCH_GRACE,
              BATCH_RUNS,
              DRAIN_TIMEOUT));

  private GatewaySettings() {}
}
