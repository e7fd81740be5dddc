package io.streamweir.gateway.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.schemas.TokenLogprob;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Log-probabilities in OpenAI's two forms. A token whose bytes the log does not tell is named
 * {@code token_id:NUMBER}.
 */
final class Logprobs {

  private Logprobs() {}

  /** For chat completions: an object for each token. */
  static ObjectNode chat(List<TokenLogprob> logprobs) {
    var json = JsonNodeFactory.instance.objectNode();
    var content = json.putArray("content");
    for (var one : logprobs) {
      var entry = content.addObject();
      entry(entry, one.getTokenId(), one.getToken(), one.getLogprob());
      var top = entry.putArray("top_logprobs");
      for (var candidate : one.getTop()) {
        entry(
            top.addObject(), candidate.getTokenId(), candidate.getToken(), candidate.getLogprob());
      }
    }
    json.putNull("refusal");
    return json;
  }

  /**
   * For completions: an array for each property.
   *
   * @param begin offset of the first of these tokens in the text
   */
  static ObjectNode completion(List<TokenLogprob> logprobs, int begin) {
    var json = JsonNodeFactory.instance.objectNode();
    var tokens = json.putArray("tokens");
    var values = json.putArray("token_logprobs");
    var tops = json.putArray("top_logprobs");
    var offsets = json.putArray("text_offset");
    var offset = begin;
    for (var one : logprobs) {
      var text = text(one.getTokenId(), one.getToken());
      tokens.add(text);
      values.add(one.getLogprob());
      offsets.add(offset);
      offset += text.length();
      var top = tops.addObject();
      one.getTop()
          .forEach(
              candidate ->
                  top.put(
                      text(candidate.getTokenId(), candidate.getToken()), candidate.getLogprob()));
    }
    return json;
  }

  private static void entry(ObjectNode entry, int id, ByteBuffer token, float logprob) {
    entry.put("token", text(id, token)).put("logprob", logprob);
    if (token.hasRemaining()) {
      entry.set("bytes", bytes(token));
    } else {
      entry.putNull("bytes");
    }
  }

  private static ArrayNode bytes(ByteBuffer token) {
    var array = JsonNodeFactory.instance.arrayNode();
    for (var i = token.position(); i < token.limit(); i++) {
      array.add(token.get(i) & 0xff);
    }
    return array;
  }

  /** Half a character becomes U+FFFD, as OpenAI has it; the bytes tell it exactly. */
  private static String text(int id, ByteBuffer token) {
    return token.hasRemaining()
        ? StandardCharsets.UTF_8.decode(token.duplicate()).toString()
        : "token_id:" + id;
  }
}
