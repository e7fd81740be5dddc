package io.streamweir.gateway.batches;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.schemas.BatchRecord;
import io.streamweir.schemas.BatchStatus;
import java.util.Locale;
import java.util.Optional;

/** A batch in OpenAI's form. */
final class BatchObject {

  private BatchObject() {}

  /**
   * @param cancelledAt when it was asked to cancel it, epoch milliseconds; whoever runs it may not
   *     have got to that yet
   */
  static ObjectNode of(BatchRecord batch, Optional<Long> cancelledAt) {
    var times = batch.getTimes();
    var status = status(batch.getStatus(), cancelledAt);
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", batch.getBatchId())
            .put("object", "batch")
            .put("endpoint", batch.getEndpoint());
    json.set("errors", errors(batch));
    json.put("input_file_id", batch.getInputFileId())
        .put("completion_window", batch.getCompletionWindow())
        .put("status", status.name().toLowerCase(Locale.ROOT))
        .put("output_file_id", batch.getOutputFileId())
        .put("error_file_id", batch.getErrorFileId())
        .put("created_at", seconds(times.getCreatedAtMs()))
        .put("in_progress_at", seconds(times.getInProgressAtMs()))
        .put("expires_at", seconds(times.getExpiresAtMs()))
        .put("finalizing_at", seconds(times.getFinalizingAtMs()));
    for (var end :
        new BatchStatus[] {
          BatchStatus.COMPLETED, BatchStatus.FAILED, BatchStatus.EXPIRED, BatchStatus.CANCELLED
        }) {
      json.put(
          end.name().toLowerCase(Locale.ROOT) + "_at",
          end == status ? seconds(times.getEndedAtMs()) : null);
    }
    json.put(
        "cancelling_at",
        times.getCancellingAtMs() == 0 && status == BatchStatus.CANCELLING
            ? cancelledAt.map(BatchObject::seconds).orElse(null)
            : seconds(times.getCancellingAtMs()));
    addCounts(json, batch);
    var metadata = json.putObject("metadata");
    batch.getMetadata().forEach(metadata::put);
    return json;
  }

  /** Whether it is too late to cancel it. */
  static boolean isEnding(BatchRecord batch) {
    return !BatchStates.isCancellable(batch.getStatus())
        && batch.getStatus() != BatchStatus.CANCELLING;
  }

  private static BatchStatus status(BatchStatus known, Optional<Long> cancelledAt) {
    return cancelledAt.isPresent() && BatchStates.isCancellable(known)
        ? BatchStatus.CANCELLING
        : known;
  }

  private static ObjectNode errors(BatchRecord batch) {
    if (batch.getProblems().isEmpty()) {
      return null;
    }
    var errors = JsonNodeFactory.instance.objectNode().put("object", "list");
    var data = errors.putArray("data");
    for (var problem : batch.getProblems()) {
      data.addObject()
          .put("code", problem.getCode())
          .put("message", problem.getMessage())
          .put("param", problem.getParam())
          .putNull("line");
    }
    return errors;
  }

  private static void addCounts(ObjectNode json, BatchRecord batch) {
    var counts = batch.getCounts();
    json.putObject("request_counts")
        .put("total", counts.getTotal())
        .put("completed", counts.getCompleted())
        .put("failed", counts.getFailed());
    var usage = json.putObject("usage");
    usage.put("input_tokens", counts.getPromptTokens());
    usage.putObject("input_tokens_details").put("cached_tokens", counts.getCachedTokens());
    usage.put("output_tokens", counts.getCompletionTokens());
    usage.putObject("output_tokens_details").put("reasoning_tokens", counts.getReasoningTokens());
    usage.put("total_tokens", counts.getPromptTokens() + counts.getCompletionTokens());
  }

  private static Long seconds(long millis) {
    return millis == 0 ? null : Long.valueOf(millis / 1000);
  }
}
