package io.streamweir.local.requests;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.schemas.ChatMessage;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.SamplingParams;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/**
 * Reads requests one by one, so that a file may be larger than memory. Each stream throws {@link
 * BadRequestLineException} at the first line that is no request.
 */
public final class RequestReader {

  /** Columns of a CSV file in which the user's text is looked for. */
  private static final List<String> TEXT_COLUMNS =
      List.of("content", "prompt", "utterance", "text", "question");

  private static final String ID_COLUMN = "request_id";
  private static final ObjectMapper JSON = new ObjectMapper();

  private RequestReader() {}

  /** One JSON object a line; empty lines are passed over. */
  public static Stream<InferenceRequest> jsonl(
      Reader reader, String name, RequestDefaults defaults) {
    var number = new AtomicInteger();
    return new BufferedReader(reader)
        .lines()
        .peek(line -> number.incrementAndGet())
        .filter(line -> !line.isBlank())
        .map(line -> json(line, name + ", line " + number.get(), defaults));
  }

  /**
   * A CSV file with a header: each row is a chat of one user message. The column {@code request_id}
   * is the id, if there is one; what is in the others becomes metadata.
   *
   * @param column that holds the user's text; null looks for the usual names
   */
  public static Stream<InferenceRequest> csv(
      Reader reader, String name, String column, RequestDefaults defaults) {
    try {
      var parser =
          CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get().parse(reader);
      var text = textColumn(parser.getHeaderNames(), column, name);
      return parser.stream().map(row -> row(row, text, defaults));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + name, e);
    }
  }

  private static InferenceRequest json(String line, String where, RequestDefaults defaults) {
    try {
      return JsonRequest.parse(JSON.readTree(line), defaults);
    } catch (JsonProcessingException e) {
      throw new BadRequestLineException(
          where + " is not JSON (" + e.getOriginalMessage() + "): " + shorten(line));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new BadRequestLineException(
          where + " is no request: " + e.getMessage() + ": " + shorten(line));
    }
  }

  private static InferenceRequest row(CSVRecord row, String text, RequestDefaults defaults) {
    var metadata = new HashMap<>(row.toMap());
    metadata.remove(text);
    var id = metadata.remove(ID_COLUMN);
    if (defaults.model() == null) {
      throw new BadRequestLineException("A CSV file names no model; give --model");
    }
    return InferenceRequest.newBuilder()
        .setRequestId(id == null ? defaults.requestIds().get() : id)
        .setTenant(defaults.tenant())
        .setModel(defaults.model())
        .setMessages(
            List.of(ChatMessage.newBuilder().setRole("user").setContent(row.get(text)).build()))
        .setSampling(SamplingParams.newBuilder().setMaxTokens(defaults.maxTokens()).build())
        .setOffline(defaults.offline())
        .setMetadata(metadata)
        .build();
  }

  private static String textColumn(List<String> header, String wanted, String name) {
    var candidates = wanted == null ? TEXT_COLUMNS : List.of(wanted);
    return candidates.stream()
        .filter(header::contains)
        .findFirst()
        .orElseThrow(
            () ->
                new BadRequestLineException(
                    "%s has the columns %s, but none of %s. Name the one that holds the text: --column"
                        .formatted(name, header, candidates)));
  }

  private static String shorten(String line) {
    return line.length() <= 200 ? line : line.substring(0, 200) + "...";
  }
}
