package io.streamweir.gateway.batches;

import io.streamweir.gateway.files.FileStore;
import io.streamweir.gateway.generation.CallErrors;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.BatchLine;
import io.streamweir.schemas.BatchRecord;
import io.streamweir.schemas.FileRecord;
import io.streamweir.schemas.FileSpan;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import java.util.BitSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the lines of a batch have ended: which have, what the two files say of them, and the counts
 * in the record of the batch. A line ends once. Not thread-safe.
 */
final class BatchAnswers {

  private static final Logger LOG = LoggerFactory.getLogger(BatchAnswers.class);
  private static final String FILE = "file-";
  private static final String OUTPUT = "-output";
  private static final String ERRORS = "-errors";
  private static final String EXPIRED = "batch_expired";
  private static final String INTERNAL = "internal_error";
  private static final String CANCELLED = "batch_cancelled";

  private final BatchRecord batch;
  private final FileStore files;
  private final OutputLines lines;
  private final BitSet ended = new BitSet();
  private final OutputFile output;
  private final OutputFile errors;

  BatchAnswers(BatchRecord batch, FileStore files, OutputLines lines) {
    this.batch = batch;
    this.files = files;
    this.lines = lines;
    this.output = file(OUTPUT, batch.getProgress().getOutput());
    this.errors = file(ERRORS, batch.getProgress().getErrors());
  }

  /** Reads what a predecessor has answered. */
  void recall() {
    recall(output, batch.getProgress().getOutput());
    recall(errors, batch.getProgress().getErrors());
  }

  boolean has(int line) {
    return ended.get(line);
  }

  /** Whether every line has ended. */
  boolean complete() {
    return count() >= batch.getCounts().getTotal();
  }

  /** How many lines have ended. */
  long count() {
    return batch.getCounts().getCompleted() + batch.getCounts().getFailed();
  }

  /** A line whose result has come. */
  void result(int line, InferenceResult result) {
    var customId = result.getMetadata().get(BatchLine.CUSTOM_ID);
    addUsage(result);
    if (result.getStatus() == ResultStatus.COMPLETED) {
      completed(line, customId, result);
    } else if (result.getStatus() == ResultStatus.EXPIRED && isLate(result)) {
      expired(line, customId);
    } else if (result.getStatus() == ResultStatus.CANCELLED) {
      cancelled(line, customId);
    } else {
      refused(line, customId, error(result));
    }
  }

  private void completed(int line, String customId, InferenceResult result) {
    byte[] text;
    try {
      text = lines.completed(customId, result);
    } catch (RuntimeException e) {
      LOG.error("The result of {} cannot be written", requestId(line), e);
      unreadable(line, customId, CallErrors.of(e));
      return;
    }
    ended.set(line);
    output.add(line, text);
    batch.getCounts().setCompleted(batch.getCounts().getCompleted() + 1);
  }

  /** A line whose request was answered with an error. */
  void refused(int line, String customId, ApiError error) {
    fail(line, lines.refused(requestId(line), customId, error));
  }

  /** A line that is no request. */
  void unreadable(int line, String customId, ApiError error) {
    fail(line, lines.unanswered(requestId(line), customId, error.code(), error.message()));
  }

  /** A line that had no result when the window was over. */
  void expired(int line, String customId) {
    batch.getCounts().setExpired(batch.getCounts().getExpired() + 1);
    var why = "This request could not be executed before the completion window expired.";
    fail(line, lines.unanswered(requestId(line), customId, EXPIRED, why));
  }

  /** A line that was cancelled, in all likelihood with its batch. */
  void cancelled(int line, String customId) {
    var why = "The batch was cancelled before this request was executed.";
    fail(line, lines.unanswered(requestId(line), customId, CANCELLED, why));
  }

  /** Output that waits to be sent, bytes. */
  int pendingBytes() {
    return output.pendingBytes() + errors.pendingBytes();
  }

  /** Sends the output that waits. */
  void send(Outbox outbox) {
    output.send(outbox);
    errors.send(outbox);
  }

  /** Enters into the record where the output is, now that what was sent has its offsets. */
  void locate() {
    batch.getProgress().setOutput(output.located());
    batch.getProgress().setErrors(errors.located());
  }

  /** Makes the files of a batch known that have something in them. */
  static void publish(BatchRecord batch, FileStore files, Outbox outbox) {
    var progress = batch.getProgress();
    batch.setOutputFileId(publish(batch, OUTPUT, progress.getOutput(), files, outbox));
    batch.setErrorFileId(publish(batch, ERRORS, progress.getErrors(), files, outbox));
  }

  private OutputFile file(String suffix, FileSpan span) {
    var id = FILE + batch.getBatchId() + suffix;
    return new OutputFile(files, new RequestKey(batch.getTenant(), id), span);
  }

  private void recall(OutputFile file, FileSpan span) {
    if (span == null) {
      return;
    }
    try (var reader = files.read(new RequestKey(batch.getTenant(), file.id()), span)) {
      for (var chunk = reader.next(); chunk.isPresent(); chunk = reader.next()) {
        chunk.get().getLines().forEach(ended::set);
      }
    }
  }

  private String requestId(int line) {
    return new BatchLine(batch.getBatchId(), line).requestId();
  }

  private boolean isLate(InferenceResult result) {
    return result.getTimings().getFinishedAtMs() >= batch.getTimes().getExpiresAtMs();
  }

  private void fail(int line, byte[] text) {
    ended.set(line);
    errors.add(line, text);
    batch.getCounts().setFailed(batch.getCounts().getFailed() + 1);
  }

  private void addUsage(InferenceResult result) {
    var counts = batch.getCounts();
    var usage = result.getUsage();
    counts.setPromptTokens(counts.getPromptTokens() + usage.getPromptTokens());
    counts.setCachedTokens(counts.getCachedTokens() + usage.getCachedTokens());
    counts.setCompletionTokens(counts.getCompletionTokens() + usage.getCompletionTokens());
    counts.setReasoningTokens(counts.getReasoningTokens() + usage.getReasoningTokens());
  }

  private static ApiError error(InferenceResult result) {
    var known =
        CallErrors.of(
            TokenChunk.newBuilder()
                .setRequestId(result.getRequestId())
                .setFinishReason(result.getFinishReason())
                .setError(result.getError())
                .build());
    return known != null
        ? known
        : ApiError.of(
            500,
            INTERNAL,
            "The request ended as "
                + result.getStatus()
                + " with the finish reason '"
                + result.getFinishReason()
                + "' and without an error.");
  }

  private static String publish(
      BatchRecord batch, String suffix, FileSpan span, FileStore files, Outbox outbox) {
    if (span == null) {
      return null;
    }
    var now = batch.getTimes().getEndedAtMs();
    var known =
        FileRecord.newBuilder()
            .setTenant(batch.getTenant())
            .setFileId(FILE + batch.getBatchId() + suffix)
            .setFilename(batch.getBatchId() + suffix + ".jsonl")
            .setPurpose("batch_output")
            .setCreatedAtMs(now)
            .setExpiresAtMs(now + batch.getOutputKeptMs())
            .setSpan(span)
            .build();
    outbox.send(Topics.FILES.name(), FileStore.keyOf(known), files.encode(known));
    return known.getFileId();
  }
}
