package io.streamweir.local.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.local.terminal.WeirException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of batch lines, as far as must be known before it is uploaded. */
public final class BatchFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  private BatchFile() {}

  /**
   * The route of the first line: all lines of a batch have one.
   *
   * @throws WeirException if there is no such file, or its first line says none
   */
  public static String endpoint(Path file) {
    try (var lines = Files.lines(file)) {
      var first = lines.filter(line -> !line.isBlank()).findFirst();
      var url =
          JSON.readTree(first.orElseThrow(() -> new WeirException(file + " has no lines.")))
              .path("url");
      if (!url.isTextual()) {
        throw noLine(file, null);
      }
      return url.textValue();
    } catch (JsonProcessingException e) {
      throw noLine(file, e);
    } catch (IOException | UncheckedIOException e) {
      throw new WeirException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static WeirException noLine(Path file, Exception cause) {
    return new WeirException(
        "The first line of "
            + file
            + " is no line of a batch. Each is an object such as {\"custom_id\": \"a\", \"method\":"
            + " \"POST\", \"url\": \"/v1/chat/completions\", \"body\": {...}}; a file of bare requests"
            + " goes to ./weir produce --lane offline",
        cause);
  }
}
