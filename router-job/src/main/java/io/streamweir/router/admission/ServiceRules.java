package io.streamweir.router.admission;

import io.streamweir.router.outcome.Excerpt;
import io.streamweir.router.outcome.Metadata;
import io.streamweir.router.outcome.Rejection;
import io.streamweir.router.outcome.ReplyPartitions;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.RequestLimits;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How and where the request wants to be served. */
final class ServiceRules {

  private static final int MOST_MODEL_CHARS = 256;
  private static final long LONGEST_OBJECTIVE_MS = Duration.ofDays(7).toMillis();

  private final ReplyPartitions replyPartitions;

  ServiceRules(ReplyPartitions replyPartitions) {
    this.replyPartitions = replyPartitions;
  }

  List<Rule> all() {
    return List.of(
        ServiceRules::model,
        ServiceRules::accelerator,
        ServiceRules::priority,
        request -> objective("ttft_slo_ms", request.getTtftSloMs()),
        request -> objective("tpot_slo_ms", request.getTpotSloMs()),
        request -> objective("ttlt_slo_ms", request.getTtltSloMs()),
        this::replyPartition,
        ServiceRules::metadata);
  }

  private static Optional<Rejection> model(InferenceRequest request) {
    var model = request.getModel();
    return Rule.require(
        !model.isEmpty() && model.length() <= MOST_MODEL_CHARS,
        "model",
        Excerpt.of(model),
        "the name or alias of a deployed model, 1 to " + MOST_MODEL_CHARS + " characters");
  }

  private static Optional<Rejection> accelerator(InferenceRequest request) {
    var accelerator = request.getAccelerator();
    return accelerator == null
        ? Optional.empty()
        : Rule.require(
            RequestLimits.ACCELERATORS.contains(accelerator),
            "accelerator",
            Excerpt.of(accelerator),
            "cpu, gpu or npu, or absent for any");
  }

  private static Optional<Rejection> priority(InferenceRequest request) {
    var priority = request.getPriority();
    return Rule.require(
        Math.abs((long) priority) <= RequestLimits.MOST_PRIORITY,
        "priority",
        priority,
        "from -" + RequestLimits.MOST_PRIORITY + " to " + RequestLimits.MOST_PRIORITY);
  }

  private static Optional<Rejection> objective(String field, Long millis) {
    return Rule.require(
        millis == null || (millis > 0 && millis <= LONGEST_OBJECTIVE_MS),
        field,
        millis,
        "from 1 to " + LONGEST_OBJECTIVE_MS + " milliseconds (7 days), or absent");
  }

  private Optional<Rejection> replyPartition(InferenceRequest request) {
    var partition = request.getReplyPartition();
    return Rule.require(
        partition == null || replyPartitions.has(partition),
        "reply_partition",
        partition,
        "a partition of the tokens topic, 0 to "
            + (replyPartitions.count() - 1)
            + ", or absent for one by hash");
  }

  private static Optional<Rejection> metadata(InferenceRequest request) {
    var chars = Metadata.chars(request.getMetadata());
    return Rule.require(
        chars <= Metadata.MOST_CHARS,
        "metadata",
        chars + " characters",
        "at most " + Metadata.MOST_CHARS + ", keys and values together");
  }
}
