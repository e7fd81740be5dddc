package io.streamweir.gateway.batches;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.streamweir.gateway.generation.Completion;
import io.streamweir.gateway.generation.Head;
import io.streamweir.gateway.generation.ReplyFormat;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.TokenChunk;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;

/** The lines of output and error files, in OpenAI's form. */
final class OutputLines {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int OK = 200;

  private final Function<Head, ReplyFormat> format;

  /**
   * @param format of the answers of the batch's route
   */
  OutputLines(Function<Head, ReplyFormat> format) {
    this.format = format;
  }

  /** A request that completed. */
  byte[] completed(String customId, InferenceResult result) {
    var last =
        TokenChunk.newBuilder()
            .setRequestId(result.getRequestId())
            .setTenant(result.getTenant())
            .setFinishReason(result.getFinishReason())
            .setUsage(result.getUsage())
            .build();
    var completion = new Completion(result.getText(), result.getAnswer(), List.of(), last);
    var body = format.apply(head(result)).whole(List.of(completion), result.getUsage());
    return line(
        result.getRequestId(), customId, json -> answer(json, result.getRequestId(), OK, body));
  }

  /** A request that was answered with an error, or was refused before it was sent. */
  byte[] refused(String requestId, String customId, ApiError error) {
    var body = format.apply(new Head(requestId, "", 0, false, false)).refusal(error);
    return line(requestId, customId, json -> answer(json, requestId, error.status(), body));
  }

  /** A line that was never a request, or whose request has no answer. */
  byte[] unanswered(String requestId, String customId, String code, String message) {
    return line(
        requestId,
        customId,
        json -> {
          json.writeNullField("response");
          json.writeObjectFieldStart("error");
          json.writeStringField("code", code);
          json.writeStringField("message", message);
          json.writeEndObject();
        });
  }

  private static Head head(InferenceResult result) {
    return new Head(
        result.getRequestId(),
        result.getModel(),
        result.getTimings().getCreatedAtMs(),
        false,
        false);
  }

  private static void answer(JsonGenerator json, String requestId, int status, String body)
      throws IOException {
    json.writeObjectFieldStart("response");
    json.writeNumberField("status_code", status);
    json.writeStringField("request_id", requestId);
    json.writeFieldName("body");
    json.writeRawValue(body);
    json.writeEndObject();
    json.writeNullField("error");
  }

  /** The fields of a line behind its names. */
  private interface Rest {
    void write(JsonGenerator json) throws IOException;
  }

  /**
   * Half of a surrogate pair, from a line or a model, becomes a question mark as in the body of any
   * answer; a generator of bytes would refuse it.
   */
  private static byte[] line(String requestId, String customId, Rest rest) {
    var text = new StringWriter(512);
    try (var json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("id", "batch_req_" + requestId);
      json.writeStringField("custom_id", customId);
      rest.write(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory cannot fail", e);
    }
    return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }
}
