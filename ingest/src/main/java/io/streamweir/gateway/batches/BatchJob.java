package io.streamweir.gateway.batches;

import io.streamweir.gateway.files.FileGoneException;
import io.streamweir.gateway.files.FileStore;
import io.streamweir.gateway.generation.CallErrors;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.BatchLine;
import io.streamweir.schemas.BatchProblem;
import io.streamweir.schemas.BatchRecord;
import io.streamweir.schemas.BatchStatus;
import io.streamweir.schemas.FileRecord;
import io.streamweir.schemas.FileSpan;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResultStatus;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.Topics;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A batch while it runs: sends its lines, collects their results, and says of the lines that got
 * none why.
 *
 * <p>What it does goes into an outbox, and with it the record that says how far it is; what was not
 * committed with that record has not happened. Not thread-safe.
 */
final class BatchJob implements AutoCloseable {

  private static final String EXPIRED = "batch_expired";
  private static final String CANCELLED = "batch_cancelled";

  /** Room for key and headers. */
  private static final int RECORD_OVERHEAD_BYTES = 1024;

  private final BatchRecord batch;
  private final RequestKey key;
  private final FileStore files;
  private final BatchLimits limits;
  private final RequestEncoder requests;
  private final OutputLines lines;
  private final LineParser parser;
  private final BitSet done = new BitSet();
  private final OutputFile output;
  private final OutputFile errors;
  private InputLines input;
  private boolean sweeping;
  private boolean changed;

  /** Encodes a request for its topic. */
  interface RequestEncoder {
    byte[] encode(InferenceRequest request);
  }

  /** Goes on with a batch where its record says that it is. */
  BatchJob(
      BatchRecord batch,
      BatchEndpoint endpoint,
      FileStore files,
      RequestEncoder requests,
      BatchLimits limits) {
    this.batch = batch;
    this.key = BatchTable.keyOf(batch);
    this.files = files;
    this.requests = requests;
    this.limits = limits;
    this.lines = new OutputLines(endpoint.format());
    this.parser = new LineParser(batch, endpoint.parser());
    var progress = batch.getProgress();
    this.output = file("-output", progress.getOutput());
    this.errors = file("-errors", progress.getErrors());
  }

  RequestKey key() {
    return key;
  }

  BatchRecord batch() {
    return batch;
  }

  /** Whether its record is to be written at once. */
  boolean changed() {
    return changed;
  }

  /** Output that waits to be written, bytes. */
  int pendingBytes() {
    return output.pendingBytes() + errors.pendingBytes();
  }

  boolean ended() {
    return switch (batch.getStatus()) {
      case COMPLETED, FAILED, EXPIRED, CANCELLED -> true;
      default -> false;
    };
  }

  /** Whether there are lines to read: to send them, or to say why they will not be. */
  boolean reading() {
    return sweeping
        || (batch.getStatus() == BatchStatus.VALIDATING
                || batch.getStatus() == BatchStatus.IN_PROGRESS)
            && batch.getProgress().getLinesRead() < batch.getLines();
  }

  /** Reads what a predecessor has answered. */
  void recall() {
    recall(output, batch.getProgress().getOutput());
    recall(errors, batch.getProgress().getErrors());
  }

  /** Looks at the clock and at whether somebody wants it to end. */
  void observe(long now, Optional<Long> cancelledAt) {
    if (batch.getStatus() == BatchStatus.VALIDATING && !isRunnable(now)) {
      return;
    }
    if (cancelledAt.isPresent()
        && (batch.getStatus() == BatchStatus.VALIDATING
            || batch.getStatus() == BatchStatus.IN_PROGRESS)) {
      enter(BatchStatus.CANCELLING);
      batch.getTimes().setCancellingAtMs(now);
      closeInput();
    }
    if (isAnswered()) {
      conclude(now);
    } else if (!sweeping && isOver(now)) {
      sweeping = true;
      closeInput();
    }
  }

  /** Reads on, within a budget. */
  void read(Outbox outbox, Budget budget, long now) {
    try {
      if (sweeping) {
        sweep(budget);
      } else {
        submit(outbox, budget, now);
      }
    } catch (FileGoneException e) {
      fail("input_file_gone", e.getMessage(), now);
    }
  }

  /** Takes the result of a line; that of a line which has ended is ignored. */
  void answer(int line, InferenceResult result) {
    if (line > batch.getLines() || done.get(line)) {
      return;
    }
    var customId = result.getMetadata().get(BatchLine.CUSTOM_ID);
    var id = result.getRequestId();
    count(result);
    var late = result.getTimings().getFinishedAtMs() >= batch.getTimes().getExpiresAtMs();
    if (result.getStatus() == ResultStatus.COMPLETED) {
      done.set(line);
      output.add(line, lines.completed(customId, result));
      batch.getCounts().setCompleted(batch.getCounts().getCompleted() + 1);
    } else if (result.getStatus() == ResultStatus.EXPIRED && late) {
      end(line, lines.unanswered(id, customId, EXPIRED, why(EXPIRED)));
      batch.getCounts().setExpired(batch.getCounts().getExpired() + 1);
    } else if (result.getStatus() == ResultStatus.CANCELLED
        && batch.getStatus() == BatchStatus.CANCELLING) {
      end(line, lines.unanswered(id, customId, CANCELLED, why(CANCELLED)));
    } else {
      end(line, lines.refused(id, customId, error(result)));
    }
  }

  /** Sends the output that waits; its record is to follow. */
  void sendOutput(Outbox outbox) {
    output.send(outbox);
    errors.send(outbox);
  }

  /**
   * Sends its record, and with the last one its files.
   *
   * @param resultOffsets from where results have not been read yet
   * @param encoder of the record
   */
  void sendRecord(Outbox outbox, List<Long> resultOffsets, Function<BatchRecord, byte[]> encoder) {
    var progress = batch.getProgress();
    progress.setResultOffsets(resultOffsets);
    progress.setOutput(output.located());
    progress.setErrors(errors.located());
    if (ended()) {
      batch.setOutputFileId(sendFile(outbox, output, progress.getOutput()));
      batch.setErrorFileId(sendFile(outbox, errors, progress.getErrors()));
    }
    outbox.send(Topics.BATCHES.name(), key, encoder.apply(batch));
    changed = false;
  }

  @Override
  public void close() {
    closeInput();
  }

  private OutputFile file(String suffix, FileSpan span) {
    var id = "file-" + batch.getBatchId() + suffix;
    return new OutputFile(files, new RequestKey(batch.getTenant(), id), span);
  }

  private void recall(OutputFile file, FileSpan span) {
    if (span == null) {
      return;
    }
    try (var reader = files.read(new RequestKey(batch.getTenant(), file.id()), span)) {
      for (var chunk = reader.next(); chunk.isPresent(); chunk = reader.next()) {
        chunk.get().getLines().forEach(done::set);
      }
    }
  }

  private boolean isRunnable(long now) {
    if (batch.getCounts().getTotal() == 0) {
      fail("empty_file", "The input file has no lines.", now);
    } else if (batch.getLines() > limits.lines()) {
      fail(
          "too_many_lines",
          "The input file has "
              + batch.getLines()
              + " lines, but at most "
              + limits.lines()
              + " are taken (batch.lines-limit). Split it into several batches.",
          now);
    }
    return !ended();
  }

  private boolean isAnswered() {
    var counts = batch.getCounts();
    return counts.getCompleted() + counts.getFailed() >= counts.getTotal();
  }

  /** Whether what has no result by now will not get one. */
  private boolean isOver(long now) {
    var cancelled = batch.getStatus() == BatchStatus.CANCELLING;
    var since =
        cancelled ? batch.getTimes().getCancellingAtMs() : batch.getTimes().getExpiresAtMs();
    var counts = batch.getCounts();
    var nothingOnItsWay =
        counts.getCompleted() + counts.getFailed() >= batch.getProgress().getRequestsRead();
    return (cancelled || now >= since)
        && (nothingOnItsWay || now >= since + limits.grace().toMillis());
  }

  private void conclude(long now) {
    sweeping = false;
    closeInput();
    var times = batch.getTimes();
    switch (batch.getStatus()) {
      case VALIDATING, IN_PROGRESS -> {
        enter(BatchStatus.FINALIZING);
        times.setFinalizingAtMs(now);
      }
      case FINALIZING -> {
        enter(batch.getCounts().getExpired() > 0 ? BatchStatus.EXPIRED : BatchStatus.COMPLETED);
        times.setEndedAtMs(now);
      }
      case CANCELLING -> {
        enter(BatchStatus.CANCELLED);
        times.setEndedAtMs(now);
      }
      default -> {}
    }
  }

  private void fail(String code, String message, long now) {
    sweeping = false;
    closeInput();
    batch.setProblems(List.of(new BatchProblem(code, message, "input_file_id")));
    enter(BatchStatus.FAILED);
    batch.getTimes().setEndedAtMs(now);
  }

  private void enter(BatchStatus status) {
    batch.setStatus(status);
    changed = true;
  }

  private void submit(Outbox outbox, Budget budget, long now) {
    if (now >= batch.getTimes().getExpiresAtMs()) {
      return;
    }
    if (batch.getStatus() == BatchStatus.VALIDATING) {
      enter(BatchStatus.IN_PROGRESS);
      batch.getTimes().setInProgressAtMs(now);
    }
    var progress = batch.getProgress();
    openInput();
    while (input.number() < progress.getLinesRead()) {
      // The custom ids of what a predecessor has sent.
      parseUnlessBlank(input.next());
    }
    while (!budget.spent()) {
      var line = input.next();
      changed = true;
      if (line == null) {
        progress.setLinesRead(Math.toIntExact(batch.getLines()));
        closeInput();
        return;
      }
      progress.setLinesRead(line.number());
      var parsed = parseUnlessBlank(line);
      if (parsed != null) {
        progress.setRequestsRead(progress.getRequestsRead() + 1);
        take(line, parsed, outbox, budget);
      }
    }
  }

  private ParsedLine parseUnlessBlank(InputLines.Line line) {
    return line.isBlank() ? null : parser.parse(line);
  }

  private void take(InputLines.Line line, ParsedLine parsed, Outbox outbox, Budget budget) {
    if (done.get(line.number())) {
      return;
    }
    budget.spend(line.length());
    var id = new BatchLine(batch.getBatchId(), line.number()).requestId();
    var error = parsed.runs() ? send(parsed.request(), id, outbox) : Optional.of(parsed.error());
    if (error.isEmpty()) {
      return;
    }
    var answered = parsed.runs() || parsed.answered();
    end(
        line.number(),
        answered
            ? lines.refused(id, parsed.customId(), error.get())
            : lines.unanswered(id, parsed.customId(), error.get().code(), error.get().message()));
  }

  /** Sends a request, unless no record can hold it. */
  private Optional<ApiError> send(InferenceRequest request, String id, Outbox outbox) {
    var bytes = requests.encode(request);
    var most = Topics.MAX_RECORD_BYTES - RECORD_OVERHEAD_BYTES;
    if (bytes.length > most) {
      return Optional.of(
          ApiError.of(
              413,
              "prompt_too_large",
              "The request takes "
                  + bytes.length
                  + " bytes as a record, but at most "
                  + most
                  + " are taken. Shorten the prompt."));
    }
    outbox.send(Topics.REQUESTS_OFFLINE.name(), new RequestKey(key.tenant(), id), bytes);
    return Optional.empty();
  }

  /** Says of every line without a result why it has none. */
  private void sweep(Budget budget) {
    var code = batch.getStatus() == BatchStatus.CANCELLING ? CANCELLED : EXPIRED;
    openInput();
    while (!budget.spent()) {
      var line = input.next();
      if (line == null) {
        closeInput();
        return;
      }
      budget.spend(line.length());
      if (!line.isBlank() && !done.get(line.number())) {
        var id = new BatchLine(batch.getBatchId(), line.number()).requestId();
        end(line.number(), lines.unanswered(id, LineParser.customIdOf(line), code, why(code)));
        if (code.equals(EXPIRED)) {
          batch.getCounts().setExpired(batch.getCounts().getExpired() + 1);
        }
        changed = true;
      }
    }
  }

  private void end(int line, byte[] text) {
    done.set(line);
    errors.add(line, text);
    batch.getCounts().setFailed(batch.getCounts().getFailed() + 1);
  }

  private void openInput() {
    if (input == null) {
      var file = new RequestKey(batch.getTenant(), batch.getInputFileId());
      input = InputLines.of(files.read(file, batch.getInput()), limits.lineBytes());
    }
  }

  private void closeInput() {
    if (input != null) {
      input.close();
      input = null;
    }
  }

  private void count(InferenceResult result) {
    var counts = batch.getCounts();
    var usage = result.getUsage();
    counts.setPromptTokens(counts.getPromptTokens() + usage.getPromptTokens());
    counts.setCachedTokens(counts.getCachedTokens() + usage.getCachedTokens());
    counts.setCompletionTokens(counts.getCompletionTokens() + usage.getCompletionTokens());
    counts.setReasoningTokens(counts.getReasoningTokens() + usage.getReasoningTokens());
  }

  private static ApiError error(InferenceResult result) {
    return CallErrors.of(
        TokenChunk.newBuilder()
            .setRequestId(result.getRequestId())
            .setFinishReason(result.getFinishReason())
            .setError(result.getError())
            .build());
  }

  private static String why(String code) {
    return code.equals(EXPIRED)
        ? "This request could not be executed before the completion window expired."
        : "The batch was cancelled before this request was executed.";
  }

  private String sendFile(Outbox outbox, OutputFile file, FileSpan span) {
    if (span == null) {
      return null;
    }
    var ended = batch.getTimes().getEndedAtMs();
    var record =
        FileRecord.newBuilder()
            .setTenant(batch.getTenant())
            .setFileId(file.id())
            .setFilename(file.id().substring("file-".length()) + ".jsonl")
            .setPurpose("batch_output")
            .setCreatedAtMs(ended)
            .setExpiresAtMs(ended + batch.getOutputKeptMs())
            .setSpan(span)
            .build();
    outbox.send(Topics.FILES.name(), FileStore.keyOf(record), files.encode(record));
    return file.id();
  }
}
