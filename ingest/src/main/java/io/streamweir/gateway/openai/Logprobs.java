package io.streamweir.gateway.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializable;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.jsontype.TypeSerializer;
import com.fasterxml.jackson.databind.node.POJONode;
import io.streamweir.schemas.TokenCandidate;
import io.streamweir.schemas.TokenLogprob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Log-probabilities in OpenAI's two forms. A token whose bytes the log does not tell is named
 * {@code token_id:NUMBER}.
 *
 * <p>There may be a hundred thousand of them in an answer, so they are not made into a tree of
 * JSON: they are written when the answer is.
 */
final class Logprobs {

  /** Writes a value. */
  private interface Form {

    void write(JsonGenerator json) throws IOException;
  }

  private Logprobs() {}

  /** For chat completions: an object for each token. */
  static JsonNode chat(List<TokenLogprob> logprobs) {
    return lazily(json -> writeChat(json, logprobs));
  }

  /**
   * For completions: an array for each property.
   *
   * @param begin offset of the first of these tokens in the text
   */
  static JsonNode completion(List<TokenLogprob> logprobs, int begin) {
    return lazily(json -> writeCompletion(json, logprobs, begin));
  }

  private static JsonNode lazily(Form form) {
    return new POJONode(
        new JsonSerializable.Base() {
          @Override
          public void serialize(JsonGenerator json, SerializerProvider ignored) throws IOException {
            form.write(json);
          }

          @Override
          public void serializeWithType(
              JsonGenerator json, SerializerProvider ignored, TypeSerializer untyped)
              throws IOException {
            form.write(json);
          }
        });
  }

  private static void writeChat(JsonGenerator json, List<TokenLogprob> logprobs)
      throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("content");
    for (var one : logprobs) {
      json.writeStartObject();
      writeToken(json, one.getTokenId(), one.getToken(), one.getLogprob());
      json.writeArrayFieldStart("top_logprobs");
      for (var candidate : one.getTop()) {
        json.writeStartObject();
        writeToken(json, candidate.getTokenId(), candidate.getToken(), candidate.getLogprob());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeNullField("refusal");
    json.writeEndObject();
  }

  private static void writeCompletion(JsonGenerator json, List<TokenLogprob> logprobs, int begin)
      throws IOException {
    json.writeStartObject();
    json.writeArrayFieldStart("tokens");
    for (var one : logprobs) {
      json.writeString(text(one.getTokenId(), one.getToken()));
    }
    json.writeEndArray();
    json.writeArrayFieldStart("token_logprobs");
    for (var one : logprobs) {
      json.writeNumber(one.getLogprob());
    }
    json.writeEndArray();
    json.writeArrayFieldStart("top_logprobs");
    for (var one : logprobs) {
      json.writeStartObject();
      for (var candidate : byText(one.getTop()).entrySet()) {
        json.writeNumberField(candidate.getKey(), candidate.getValue());
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("text_offset");
    var offset = begin;
    for (var one : logprobs) {
      json.writeNumber(offset);
      offset += text(one.getTokenId(), one.getToken()).length();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  /** Of two tokens with the same text, two halves of characters for example, the likelier one. */
  private static Map<String, Float> byText(List<TokenCandidate> candidates) {
    var byText = new LinkedHashMap<String, Float>();
    for (var one : candidates) {
      byText.merge(text(one.getTokenId(), one.getToken()), one.getLogprob(), Math::max);
    }
    return byText;
  }

  private static void writeToken(JsonGenerator json, int id, ByteBuffer token, float logprob)
      throws IOException {
    json.writeStringField("token", text(id, token));
    json.writeNumberField("logprob", logprob);
    if (token.hasRemaining()) {
      json.writeArrayFieldStart("bytes");
      for (var i = token.position(); i < token.limit(); i++) {
        json.writeNumber(token.get(i) & 0xff);
      }
      json.writeEndArray();
    } else {
      json.writeNullField("bytes");
    }
  }

  /** Half a character becomes U+FFFD, as OpenAI has it; the bytes tell it exactly. */
  private static String text(int id, ByteBuffer token) {
    return token.hasRemaining()
        ? StandardCharsets.UTF_8.decode(token.duplicate()).toString()
        : "token_id:" + id;
  }
}
