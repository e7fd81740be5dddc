package io.streamweir.local.batch;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.local.terminal.ProgressBar;
import io.streamweir.local.terminal.Terminal;
import io.streamweir.local.terminal.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Follows a batch to its end, whichever gateway is there, and fetches its answers. */
public final class BatchWatch {

  private static final Set<String> ENDS = Set.of("completed", "failed", "expired", "cancelled");
  private static final Duration PAUSE = Duration.ofMillis(300);

  /** A gateway that is being started again is waited for. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final BatchApi api;
  private final Terminal terminal;

  public BatchWatch(BatchApi api, Terminal terminal) {
    this.api = api;
    this.terminal = terminal;
  }

  /** Shows the progress of a batch until it has ended. */
  public JsonNode await(String id) throws IOException {
    var bar = new ProgressBar(terminal, "lines answered");
    while (true) {
      var batch = patiently(id);
      var counts = batch.path("request_counts");
      bar.show(
          counts.path("completed").asInt() + counts.path("failed").asInt(),
          counts.path("total").asInt());
      if (ENDS.contains(batch.path("status").asText())) {
        bar.end();
        return batch;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private JsonNode patiently(String id) throws IOException {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return api.batch(id);
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
        terminal.status("  " + e.getMessage());
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /**
   * Writes the answers of a batch that has ended. A file that it has none for is removed, so that
   * the two are always of one batch.
   */
  public void fetch(JsonNode batch, Path output, Path errors) throws IOException {
    fetch(batch.path("output_file_id"), output, "answers");
    fetch(batch.path("error_file_id"), errors, "errors");
  }

  private void fetch(JsonNode fileId, Path target, String what) throws IOException {
    if (fileId.isTextual()) {
      api.download(fileId.textValue(), target);
      terminal.line("%s: %s", what, target);
    } else {
      Files.deleteIfExists(target);
    }
  }

  /**
   * Makes sure, before anything is sent, that there is a place for a file.
   *
   * @throws WeirException if there is none
   */
  public static void requirePlace(Path target) {
    var directory = target.toAbsolutePath().getParent();
    if (Files.isDirectory(target)
        || !Files.isDirectory(directory)
        || !Files.isWritable(directory)) {
      throw new WeirException(
          target
              + " cannot be written: give the name of a file in a directory that can be written");
    }
  }
}
