package io.streamweir.schemas;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The one table of topics; docs/topics.md is generated from it. */
public final class Topics {

  /**
   * Largest record a topic takes, bytes: a long prompt fits, a 10 MB one is refused at the
   * producer.
   */
  public static final int MAX_RECORD_BYTES = 4 << 20;

  /**
   * Largest record of the topics behind the router, bytes: what wraps a request, a dead letter for
   * instance, must fit where the request did.
   */
  public static final int MAX_INTERNAL_RECORD_BYTES = MAX_RECORD_BYTES + (1 << 20);

  private static final String BY_REQUEST = "hash of the key";
  private static final String REQUEST_KEY = "tenant/request_id";
  private static final Duration FILES_KEPT = Duration.ofDays(30);

  public static final TopicSpec REQUESTS =
      new TopicSpec(
          "weir.requests",
          REQUEST_KEY,
          InferenceRequest.getClassSchema(),
          BY_REQUEST,
          6,
          Duration.ofDays(7),
          "whatever producers send; at-least-once, duplicates are dropped by the router");

  /**
   * A request is not bound to the topic of its lane: {@code offline} alone decides its lane. What
   * the topic decides is whom it stands behind on its way to the router.
   */
  public static final TopicSpec REQUESTS_OFFLINE =
      new TopicSpec(
          "weir.requests.offline",
          REQUEST_KEY,
          InferenceRequest.getClassSchema(),
          BY_REQUEST,
          6,
          Duration.ofDays(7),
          "as weir.requests; for batches, so that no online request stands behind one");

  public static final TopicSpec CONTROL =
      new TopicSpec(
          "weir.control",
          REQUEST_KEY,
          ControlCommand.getClassSchema(),
          BY_REQUEST,
          1,
          Duration.ofHours(25),
          "read whole by every replica when it starts, so a cancel outlives a restart; longer than"
              + " any batch runs");

  public static final TopicSpec TOKENS =
      new TopicSpec(
          "weir.tokens",
          REQUEST_KEY,
          TokenChunk.getClassSchema(),
          "reply_partition of the request, else hash of the key",
          6,
          Duration.ofDays(1),
          "at-least-once, in order per request, low latency; the reader's rule makes it exact");

  /** Only of requests whose id was not made by a gateway: those ids tell the place themselves. */
  public static final TopicSpec STREAMS =
      new TopicSpec(
          "weir.streams",
          REQUEST_KEY,
          StreamEntry.getClassSchema(),
          BY_REQUEST,
          1,
          Duration.ofDays(1),
          "where gateways find a stream again; of several entries of a key the first counts");

  public static final TopicSpec RESULTS =
      new TopicSpec(
          "weir.results",
          REQUEST_KEY,
          InferenceResult.getClassSchema(),
          BY_REQUEST,
          6,
          Duration.ofDays(7),
          "exactly one per request under read_committed");

  public static final TopicSpec USAGE =
      new TopicSpec(
          "weir.usage",
          REQUEST_KEY,
          UsageRecord.getClassSchema(),
          BY_REQUEST,
          6,
          Duration.ofDays(30),
          "exactly one per request under read_committed, in one transaction with its result");

  public static final TopicSpec USAGE_TOTALS =
      new TopicSpec(
          "weir.usage-totals",
          "tenant/model/lane/hour",
          UsageTotals.getClassSchema(),
          BY_REQUEST,
          1,
          null,
          "the usage ledger; last record of a key counts, exactly once under read_committed");

  public static final TopicSpec DEAD_LETTERS =
      new TopicSpec(
          "weir.dead-letters",
          "key of the source record",
          DeadLetter.getClassSchema(),
          BY_REQUEST,
          1,
          Duration.ofDays(14),
          "exactly one per record that could not become a request, under read_committed");

  public static final TopicSpec DEPLOYMENTS =
      new TopicSpec(
          "weir.deployments",
          "deployment name",
          Deployment.getClassSchema(),
          BY_REQUEST,
          1,
          null,
          "the catalogue; last record of a key counts, a tombstone removes it");

  public static final TopicSpec REPLICAS =
      new TopicSpec(
          "weir.replicas",
          "deployment/replica",
          ReplicaStatus.getClassSchema(),
          BY_REQUEST,
          1,
          null,
          "last record of a key counts; older than 10 s means unknown");

  public static final TopicSpec KEYS =
      new TopicSpec(
          "weir.keys",
          "tenant/key name",
          ApiKey.getClassSchema(),
          BY_REQUEST,
          1,
          null,
          "API keys, as digests; last record of a key counts, a tombstone deletes it");

  public static final TopicSpec TENANTS =
      new TopicSpec(
          "weir.tenants",
          "tenant",
          TenantPolicy.getClassSchema(),
          BY_REQUEST,
          1,
          null,
          "quotas and weights; last record of a key counts, a tombstone lifts them");

  public static final TopicSpec FILES =
      new TopicSpec(
          "weir.files",
          "tenant/file_id",
          FileRecord.getClassSchema(),
          BY_REQUEST,
          1,
          FILES_KEPT,
          "the files there are; last record of a key counts");

  public static final TopicSpec FILE_CHUNKS =
      new TopicSpec(
          "weir.file-chunks",
          "tenant/file_id",
          FileChunk.getClassSchema(),
          BY_REQUEST,
          6,
          FILES_KEPT,
          "what is in the files, in order; read_committed, as output is written in transactions");

  public static final TopicSpec BATCHES =
      new TopicSpec(
          "weir.batches",
          "tenant/batch_id",
          BatchRecord.getClassSchema(),
          BY_REQUEST,
          1,
          null,
          "the batches; last record of a key counts, exactly what its files hold under"
              + " read_committed");

  /** Pattern of the two topics of each deployment, see {@link #dispatch}. */
  public static final TopicSpec DISPATCH =
      new TopicSpec(
          "weir.dispatch.<deployment>.<lane>",
          REQUEST_KEY,
          DispatchedRequest.getClassSchema(),
          BY_REQUEST,
          6,
          Duration.ofDays(7),
          "a request once; after a marker (a header and no value) what older routers append is void");

  /** All topics with a fixed name. */
  public static final List<TopicSpec> FIXED =
      List.of(
          REQUESTS,
          REQUESTS_OFFLINE,
          CONTROL,
          TOKENS,
          STREAMS,
          RESULTS,
          USAGE,
          USAGE_TOTALS,
          DEAD_LETTERS,
          DEPLOYMENTS,
          REPLICAS,
          KEYS,
          TENANTS,
          FILES,
          FILE_CHUNKS,
          BATCHES);

  /** One subject for all dispatch topics: their schema is the same and internal. */
  public static final String DISPATCH_SUBJECT = "weir.dispatch-value";

  private static final String DISPATCH_PREFIX = "weir.dispatch.";

  private Topics() {}

  /** Where requests of a lane are produced. */
  public static TopicSpec requests(Lane lane) {
    return lane == Lane.ONLINE ? REQUESTS : REQUESTS_OFFLINE;
  }

  /** The dispatch topic of a deployment and lane. */
  public static String dispatchName(String deployment, Lane lane) {
    return DISPATCH_PREFIX + deployment + suffix(lane);
  }

  /** The dispatch topic of a deployment and lane, to be created with that many partitions. */
  public static TopicSpec dispatch(String deployment, Lane lane, int partitions) {
    return DISPATCH.withName(dispatchName(deployment, lane), partitions);
  }

  /** Whether a topic is the dispatch topic of some deployment and lane. */
  public static boolean isDispatch(String topic) {
    return topic.startsWith(DISPATCH_PREFIX)
        && Arrays.stream(Lane.values()).anyMatch(lane -> topic.endsWith(suffix(lane)));
  }

  private static String suffix(Lane lane) {
    return "." + lane.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The lane of a dispatch topic.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Lane laneOf(String dispatchTopic) {
    for (var lane : Lane.values()) {
      if (dispatchTopic.startsWith(DISPATCH_PREFIX) && dispatchTopic.endsWith(suffix(lane))) {
        return lane;
      }
    }
    throw new IllegalArgumentException(
        "'" + dispatchTopic + "' is no dispatch topic; expected " + DISPATCH.name());
  }

  /** The registry subject of a topic's value schema. */
  public static String subjectOf(String topic) {
    return topic.startsWith(DISPATCH_PREFIX) ? DISPATCH_SUBJECT : topic + "-value";
  }
}
