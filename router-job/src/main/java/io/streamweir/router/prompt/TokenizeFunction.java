package io.streamweir.router.prompt;

import io.streamweir.flink.OutboundRecord;
import io.streamweir.router.outcome.ErrorCode;
import io.streamweir.router.outcome.OutcomeMetrics;
import io.streamweir.router.outcome.Outcomes;
import io.streamweir.router.outcome.Rejection;
import io.streamweir.router.routing.Routed;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.Topics;
import io.streamweir.schemas.codec.AvroCodec;
import io.streamweir.schemas.registry.SchemaRegistries;
import io.streamweir.text.ModelText;
import io.streamweir.threads.DaemonThreads;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes of a routed request the records in which it leaves: one for its deployment, or three that
 * say why not.
 *
 * <p>A short prompt for a model that is loaded is done at once, on the task's thread. A request for
 * a model that is still loading, of which few come so far, waits in the state of the operator, and
 * a long prompt is tokenized elsewhere; either lets others pass.
 */
public final class TokenizeFunction extends RichAsyncFunction<Routed, OutboundRecord> {

  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(TokenizeFunction.class);

  /** About two milliseconds of tokenizing: what a neighbour may have to wait. */
  private static final int SHORT_REQUEST_BYTES = 8 << 10;

  private final String bootstrapServers;
  private final String registryUrl;
  private final Duration timeout;
  private final Clock clock;

  private transient AvroCodec<InferenceRequest> requestCodec;
  private transient Outcomes outcomes;
  private transient OutcomeMetrics metrics;
  private transient DispatchTopics topics;
  private transient ExecutorService executor;

  /**
   * @param timeout of the operator, for its message
   */
  public TokenizeFunction(
      String bootstrapServers, String registryUrl, Duration timeout, Clock clock) {
    this.bootstrapServers = bootstrapServers;
    this.registryUrl = registryUrl;
    this.timeout = timeout;
    this.clock = clock;
  }

  @Override
  public void open(OpenContext context) throws Exception {
    var registry = SchemaRegistries.connect(registryUrl);
    registry.schemaOf(registry.idOf(Topics.REQUESTS.subject(), InferenceRequest.getClassSchema()));
    requestCodec = new AvroCodec<>(registry, Topics.REQUESTS.subject(), InferenceRequest.class);
    outcomes = new Outcomes(registry, clock, clock.millis());
    metrics = new OutcomeMetrics(getRuntimeContext().getMetricGroup());
    topics = new DispatchTopics(bootstrapServers);
    executor = Executors.newSingleThreadExecutor(DaemonThreads.named("weir-tokenize"));
  }

  @Override
  public void close() {
    if (executor != null) {
      executor.shutdownNow();
    }
    if (topics != null) {
      topics.close();
    }
  }

  @Override
  public void asyncInvoke(Routed routed, ResultFuture<OutboundRecord> result) {
    if (routed.refusal != null) {
      result.complete(List.of(routed.refusal));
      return;
    }
    var lease = ModelTexts.acquire(routed.modelPath);
    var text = lease.loaded();
    if (isLoaded(text)
        && topics.has(routed.deployment)
        && routed.request.length <= SHORT_REQUEST_BYTES) {
      try (lease) {
        result.complete(prepare(routed, text.join()));
      }
      return;
    }
    topics
        .await(routed.deployment)
        .thenCombineAsync(text, (present, loaded) -> prepare(routed, loaded), executor)
        .exceptionally(error -> refuse(routed, error))
        .whenComplete(
            (records, error) -> {
              lease.close();
              if (error == null) {
                result.complete(records);
              } else {
                result.completeExceptionally(error);
              }
            });
  }

  /**
   * A model that does not load is a reason to refuse the request, a broker that does not answer is
   * none. What merely waits its turn goes on waiting.
   */
  @Override
  public void timeout(Routed routed, ResultFuture<OutboundRecord> result) {
    try (var lease = ModelTexts.acquire(routed.modelPath)) {
      if (!lease.loaded().isDone()) {
        result.complete(refuse(routed, "has not been loaded within " + timeout));
      } else if (!topics.has(routed.deployment)) {
        result.completeExceptionally(
            new IllegalStateException(
                "Kafka at "
                    + bootstrapServers
                    + " has not told the topics of deployment "
                    + routed.deployment
                    + " for "
                    + timeout
                    + " (tokenize.timeout). The job restarts and tries again; check the broker."));
      }
    }
  }

  private List<OutboundRecord> prepare(Routed routed, ModelText text) {
    var request = requestCodec.decode(routed.request);
    var prepared = prepare(request, routed, text);
    if (prepared instanceof Prepared.Ready ready) {
      metrics.countDispatched(ready.request().getLane());
      return List.of(outcomes.dispatched(ready.request()));
    }
    if (prepared instanceof Prepared.Counted counted) {
      return outcomes.counted(request, counted.promptTokens(), routed.replyPartition);
    }
    return refuse(routed, request, ((Prepared.Refused) prepared).rejection());
  }

  /** Whatever a prompt does to a tokenizer, it does to that request alone. */
  private Prepared prepare(InferenceRequest request, Routed routed, ModelText text) {
    try {
      return PromptEncoder.prepare(request, routed, text);
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error(
          "Request {} of {} cannot be tokenized", request.getRequestId(), routed.deployment, e);
      return new Prepared.Refused(
          new Rejection(ErrorCode.ENGINE_ERROR, "The prompt could not be tokenized: " + e));
    }
  }

  private List<OutboundRecord> refuse(Routed routed, Throwable error) {
    var cause = error instanceof CompletionException ? error.getCause() : error;
    if (cause instanceof DispatchTopics.MissingException) {
      return refuse(
          routed,
          requestCodec.decode(routed.request),
          new Rejection(ErrorCode.ENGINE_ERROR, cause.getMessage()));
    }
    if (cause instanceof ModelTexts.LoadException) {
      return refuse(routed, "cannot be loaded: " + cause.getCause());
    }
    throw new CompletionException(cause);
  }

  private List<OutboundRecord> refuse(Routed routed, String problem) {
    return refuse(
        routed,
        requestCodec.decode(routed.request),
        ModelTexts.unusable(routed.deployment, routed.modelPath, problem));
  }

  private List<OutboundRecord> refuse(
      Routed routed, InferenceRequest request, Rejection rejection) {
    metrics.countRejected(rejection);
    return outcomes.refusal(request, rejection, routed.replyPartition);
  }

  private static boolean isLoaded(CompletableFuture<ModelText> text) {
    return text.isDone() && !text.isCompletedExceptionally();
  }
}
