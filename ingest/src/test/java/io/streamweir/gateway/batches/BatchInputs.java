package io.streamweir.gateway.batches;

import io.streamweir.gateway.files.LineCounter;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.BodyReader;
import io.streamweir.gateway.parameters.RequestParser;
import io.streamweir.schemas.BatchCounts;
import io.streamweir.schemas.BatchProgress;
import io.streamweir.schemas.BatchRecord;
import io.streamweir.schemas.BatchStatus;
import io.streamweir.schemas.BatchTimes;
import io.streamweir.schemas.InferenceRequest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The parsers of batches, for who feeds them with anything. */
public final class BatchInputs {

  private static final int CHUNK_BYTES = 100;
  private static final int LONGEST_LINE = 10_000;

  private BatchInputs() {}

  /**
   * Reads the order of a batch.
   *
   * @throws io.streamweir.gateway.http.ApiException if it is none
   */
  public static void order(byte[] body, String endpoint) {
    BatchOrder.parse(BodyReader.text("The body", body), Set.of(endpoint), Duration.ofDays(1));
  }

  /**
   * Reads the lines of a file.
   *
   * @param requests gets those that are requests
   * @param refusals gets the errors of the others
   */
  public static void lines(
      byte[] file,
      String endpoint,
      RequestParser bodies,
      Consumer<InferenceRequest> requests,
      Consumer<ApiError> refusals) {
    var parser = new LineParser(batch("t", endpoint, null), bodies);
    var counter = new LineCounter();
    counter.take(file);
    var filled = 0;
    try (var lines = new InputLines(new Chunks(file), LONGEST_LINE)) {
      for (var line = lines.next(); line != null; line = lines.next()) {
        if (!line.isBlank()) {
          filled++;
          LineParser.customIdOf(line);
          var parsed = parser.parse(line);
          if (parsed.runs()) {
            requests.accept(parsed.request());
          } else {
            refusals.accept(parsed.error());
          }
        }
      }
      if (lines.number() != counter.lines() || filled != counter.filled()) {
        throw new AssertionError(
            "%d lines were read, %d of them filled, but %d and %d were counted"
                .formatted(lines.number(), filled, counter.lines(), counter.filled()));
      }
    }
  }

  /**
   * A batch that runs, until the epoch millisecond 5000.
   *
   * @param models that it may use; null: all
   */
  static BatchRecord batch(String tenant, String endpoint, List<String> models) {
    return BatchRecord.newBuilder()
        .setTenant(tenant)
        .setBatchId("batch_x")
        .setEndpoint(endpoint)
        .setInputFileId("file-x")
        .setLines(100)
        .setCompletionWindow("1h")
        .setModels(models)
        .setOutputKeptMs(1)
        .setStatus(BatchStatus.IN_PROGRESS)
        .setTimes(BatchTimes.newBuilder().setCreatedAtMs(1).setExpiresAtMs(5_000).build())
        .setCounts(BatchCounts.newBuilder().setTotal(100).build())
        .setProgress(BatchProgress.newBuilder().build())
        .build();
  }

  /** The file in small pieces. */
  private static final class Chunks implements InputLines.Source {

    private final ByteBuffer file;

    Chunks(byte[] file) {
      this.file = ByteBuffer.wrap(file);
    }

    @Override
    public ByteBuffer next() {
      if (!file.hasRemaining()) {
        return null;
      }
      var piece = new byte[Math.min(CHUNK_BYTES, file.remaining())];
      file.get(piece);
      return ByteBuffer.wrap(piece);
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
