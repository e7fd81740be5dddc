package io.streamweir.gateway.batches;

import io.streamweir.gateway.files.FileGoneException;
import io.streamweir.gateway.files.FileStore;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.BatchProblem;
import io.streamweir.schemas.BatchRecord;
import io.streamweir.schemas.BatchStatus;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.Topics;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A batch while it runs: sends its lines, takes their results, and ends those that get none.
 *
 * <p>What it does goes into an outbox, and with it the record that says how far it is; what was not
 * committed with that record has not happened. Not thread-safe.
 */
final class BatchJob implements AutoCloseable {

  /** Room for key and headers. */
  private static final int RECORD_OVERHEAD_BYTES = 1024;

  private final BatchRecord batch;
  private final RequestKey key;
  private final FileStore files;
  private final BatchLimits limits;
  private final Function<InferenceRequest, byte[]> encoder;
  private final LineParser parser;
  private final BatchAnswers answers;
  private InputLines input;

  /** What this runner has sent. */
  private long sentLines;

  private long sentBytes;

  /** Whether it reads the input to end the lines that have no result. */
  private boolean sweeping;

  private boolean changed;

  /**
   * Goes on with a batch where its record says that it is.
   *
   * @param batch its own copy
   * @param encoder makes requests values of their topic
   */
  BatchJob(
      BatchRecord batch,
      BatchEndpoint endpoint,
      FileStore files,
      Function<InferenceRequest, byte[]> encoder,
      BatchLimits limits) {
    this.batch = batch;
    this.key = BatchTable.keyOf(batch);
    this.files = files;
    this.limits = limits;
    this.encoder = encoder;
    this.parser = new LineParser(batch, endpoint.parser());
    this.answers = new BatchAnswers(batch, files, new OutputLines(endpoint.format()));
    answers.recall();
  }

  RequestKey key() {
    return key;
  }

  /** Name of the key in whose name it runs; null if there is none. */
  String apiKey() {
    return batch.getApiKey();
  }

  BatchStatus status() {
    return batch.getStatus();
  }

  boolean ended() {
    return BatchStates.isOver(batch.getStatus());
  }

  /** Whether its record is to be written at once. */
  boolean changed() {
    return changed;
  }

  /** Output that waits to be written, bytes. */
  int pendingBytes() {
    return answers.pendingBytes();
  }

  /** Whether there are lines to read: to send them, or to end them. */
  boolean reading() {
    return sweeping
        || (BatchStates.isCancellable(batch.getStatus())
            && batch.getProgress().getLinesRead() < batch.getLines());
  }

  /** Whether those lines are to be ended. */
  boolean sweeping() {
    return sweeping;
  }

  /** How many requests were sent and have not ended. */
  long underway() {
    return batch.getProgress().getRequestsRead() - answers.count();
  }

  /** About as many bytes as they have. */
  long underwayBytes() {
    if (sentLines > 0) {
      return underway() * (sentBytes / sentLines);
    }
    // A predecessor sent them; lines and requests are about as long.
    var span = batch.getInput();
    return span == null || batch.getLines() == 0
        ? 0
        : underway() * (span.getBytes() / batch.getLines());
  }

  /** Looks at the clock and at whether somebody wants it to end. */
  void observe(long now, Optional<Long> cancelledAt) {
    if (batch.getStatus() == BatchStatus.VALIDATING && !isRunnable(now)) {
      return;
    }
    if (cancelledAt.isPresent() && BatchStates.isCancellable(batch.getStatus())) {
      enter(BatchStatus.CANCELLING);
      batch.getTimes().setCancellingAtMs(now);
      closeInput();
    }
    if (answers.complete()) {
      conclude(now);
    } else if (!sweeping && isOver(now)) {
      sweeping = true;
      closeInput();
    }
  }

  /**
   * Reads on, within a budget.
   *
   * @param mostLines that may be sent
   * @param mostBytes behind which no further one is
   */
  void read(Outbox outbox, Budget budget, int mostLines, long mostBytes, long now) {
    try {
      if (sweeping) {
        sweep(budget);
      } else if (now < batch.getTimes().getExpiresAtMs()) {
        submit(outbox, budget, mostLines, mostBytes, now);
      }
    } catch (FileGoneException e) {
      failInput("input_file_gone", e.getMessage(), now);
    }
  }

  /** Takes the result of a line; that of a line which has ended is ignored. */
  void answer(int line, InferenceResult result) {
    if (line <= batch.getLines() && !answers.has(line)) {
      answers.result(line, result);
    }
  }

  /** Ends it without a further line. */
  void fail(BatchProblem problem, long now) {
    sweeping = false;
    closeInput();
    BatchStates.fail(batch, problem, now);
    changed = true;
  }

  /** Sends the output that waits; its record is to follow. */
  void sendOutput(Outbox outbox) {
    answers.send(outbox);
  }

  /**
   * Sends its record, and with the last one its files.
   *
   * @param resultOffsets from where results have not been read yet
   * @param records makes the record a value of its topic
   */
  void sendRecord(Outbox outbox, List<Long> resultOffsets, Function<BatchRecord, byte[]> records) {
    batch.getProgress().setResultOffsets(resultOffsets);
    answers.locate();
    if (ended()) {
      BatchAnswers.publish(batch, files, outbox);
    }
    outbox.send(Topics.BATCHES.name(), key, records.apply(batch));
    changed = false;
  }

  @Override
  public void close() {
    closeInput();
  }

  private boolean isRunnable(long now) {
    if (batch.getCounts().getTotal() == 0) {
      failInput("empty_file", "The input file has no lines.", now);
    } else if (batch.getLines() > limits.lines()) {
      failInput(
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

  /** Whether what has no result by now will not get one. */
  private boolean isOver(long now) {
    var cancelled = batch.getStatus() == BatchStatus.CANCELLING;
    var times = batch.getTimes();
    var since = cancelled ? times.getCancellingAtMs() : times.getExpiresAtMs();
    return now >= since && (underway() <= 0 || now >= since + limits.grace().toMillis());
  }

  private void conclude(long now) {
    sweeping = false;
    closeInput();
    if (BatchStates.isCancellable(batch.getStatus())) {
      enter(BatchStatus.FINALIZING);
      batch.getTimes().setFinalizingAtMs(now);
    } else if (batch.getStatus() == BatchStatus.CANCELLING) {
      end(BatchStatus.CANCELLED, now);
    } else {
      var late = batch.getCounts().getExpired() > 0;
      end(late ? BatchStatus.EXPIRED : BatchStatus.COMPLETED, now);
    }
  }

  private void failInput(String code, String message, long now) {
    fail(new BatchProblem(code, message, "input_file_id"), now);
  }

  private void end(BatchStatus status, long now) {
    enter(status);
    batch.getTimes().setEndedAtMs(now);
  }

  private void enter(BatchStatus status) {
    batch.setStatus(status);
    changed = true;
  }

  private void submit(Outbox outbox, Budget budget, int mostLines, long mostBytes, long now) {
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
    var linesBefore = sentLines;
    var bytesBefore = sentBytes;
    while (sentLines - linesBefore < mostLines
        && sentBytes - bytesBefore < mostBytes
        && !budget.spent()) {
      changed = true;
      var line = input.next();
      if (line == null) {
        progress.setLinesRead(Math.toIntExact(batch.getLines()));
        closeInput();
        return;
      }
      progress.setLinesRead(line.number());
      var parsed = parseUnlessBlank(line);
      if (parsed != null) {
        progress.setRequestsRead(progress.getRequestsRead() + 1);
        budget.spend(line.length());
        take(line.number(), parsed, outbox);
      }
    }
  }

  private ParsedLine parseUnlessBlank(InputLines.Line line) {
    return line.isBlank() ? null : parser.parse(line);
  }

  private void take(int line, ParsedLine parsed, Outbox outbox) {
    if (answers.has(line)) {
      return;
    }
    if (parsed.runs()) {
      send(line, parsed, outbox);
    } else if (parsed.answered()) {
      answers.refused(line, parsed.customId(), parsed.error());
    } else {
      answers.unreadable(line, parsed.customId(), parsed.error());
    }
  }

  /** Sends a request, unless no record can hold it. */
  private void send(int line, ParsedLine parsed, Outbox outbox) {
    var bytes = encoder.apply(parsed.request());
    var most = Topics.MAX_RECORD_BYTES - RECORD_OVERHEAD_BYTES;
    if (bytes.length > most) {
      answers.refused(
          line,
          parsed.customId(),
          ApiError.of(
              413,
              "prompt_too_large",
              "The request takes "
                  + bytes.length
                  + " bytes as a record, but at most "
                  + most
                  + " are taken. Shorten the prompt."));
      return;
    }
    var id = parsed.request().getRequestId();
    outbox.send(Topics.REQUESTS_OFFLINE.name(), new RequestKey(key.tenant(), id), bytes);
    sentLines++;
    sentBytes += bytes.length;
  }

  /** Ends every line that has no result. */
  private void sweep(Budget budget) {
    openInput();
    while (!budget.spent()) {
      var line = input.next();
      if (line == null) {
        closeInput();
        return;
      }
      if (!line.isBlank() && !answers.has(line.number())) {
        budget.spend(line.length());
        var customId = LineParser.customIdOf(line);
        if (batch.getStatus() == BatchStatus.CANCELLING) {
          answers.cancelled(line.number(), customId);
        } else {
          answers.expired(line.number(), customId);
        }
        changed = true;
      }
    }
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
}
