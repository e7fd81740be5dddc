package io.streamweir.gateway.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.gateway.generation.Completion;
import io.streamweir.schemas.TokenLogprob;
import java.util.List;

/** Where the text stands in an answer: the two routes differ in nothing else. */
enum Shape {
  CHAT("chatcmpl-", "chat.completion", "chat.completion.chunk") {
    @Override
    ObjectNode opening(int index) {
      var choice = choice(index);
      choice.putObject("delta").put("role", "assistant").put("content", "");
      return choice;
    }

    @Override
    ObjectNode delta(int index, String text) {
      var choice = choice(index);
      choice.putObject("delta").put("content", text);
      return choice;
    }

    @Override
    ObjectNode closing(int index) {
      var choice = choice(index);
      choice.putObject("delta");
      return choice;
    }

    @Override
    ObjectNode whole(int index, Completion completion) {
      var choice = choice(index);
      var message = choice.putObject("message").put("role", "assistant");
      var answer = completion.answer();
      if (answer == null) {
        message.put("content", completion.text());
      } else {
        ToolCalls.putAnswer(message, answer);
      }
      message.putNull("refusal");
      return choice;
    }

    @Override
    JsonNode logprobs(List<TokenLogprob> logprobs, int begin) {
      return Logprobs.chat(logprobs);
    }
  },

  COMPLETION("cmpl-", "text_completion", "text_completion") {
    @Override
    ObjectNode opening(int index) {
      return null;
    }

    @Override
    ObjectNode delta(int index, String text) {
      return choice(index).put("text", text);
    }

    @Override
    ObjectNode closing(int index) {
      return delta(index, "");
    }

    @Override
    ObjectNode whole(int index, Completion completion) {
      return delta(index, completion.text());
    }

    @Override
    JsonNode logprobs(List<TokenLogprob> logprobs, int begin) {
      return Logprobs.completion(logprobs, begin);
    }
  };

  private final String idPrefix;
  private final String wholeObject;
  private final String chunkObject;

  Shape(String idPrefix, String wholeObject, String chunkObject) {
    this.idPrefix = idPrefix;
    this.wholeObject = wholeObject;
    this.chunkObject = chunkObject;
  }

  String idPrefix() {
    return idPrefix;
  }

  String wholeObject() {
    return wholeObject;
  }

  String chunkObject() {
    return chunkObject;
  }

  /** The choice of the event before the first text; null if there is none. */
  abstract ObjectNode opening(int index);

  abstract ObjectNode delta(int index, String text);

  /** The choice of the event with the finish reason. */
  abstract ObjectNode closing(int index);

  abstract ObjectNode whole(int index, Completion completion);

  /**
   * @param begin offset of the first of these tokens in the text
   */
  abstract JsonNode logprobs(List<TokenLogprob> logprobs, int begin);

  static ObjectNode choice(int index) {
    return JsonNodeFactory.instance.objectNode().put("index", index);
  }
}
