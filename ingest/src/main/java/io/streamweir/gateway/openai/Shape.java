package io.streamweir.gateway.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Where the text stands in an answer: the two routes differ in nothing else. */
enum Shape {
  CHAT("chatcmpl-", "chat.completion", "chat.completion.chunk") {
    @Override
    ObjectNode opening() {
      var choice = choice();
      choice.putObject("delta").put("role", "assistant").put("content", "");
      return choice;
    }

    @Override
    ObjectNode delta(String text) {
      var choice = choice();
      choice.putObject("delta").put("content", text);
      return choice;
    }

    @Override
    ObjectNode closing() {
      var choice = choice();
      choice.putObject("delta");
      return choice;
    }

    @Override
    ObjectNode whole(String text) {
      var choice = choice();
      choice.putObject("message").put("role", "assistant").put("content", text).putNull("refusal");
      return choice;
    }
  },

  COMPLETION("cmpl-", "text_completion", "text_completion") {
    @Override
    ObjectNode opening() {
      return null;
    }

    @Override
    ObjectNode delta(String text) {
      return choice().put("text", text);
    }

    @Override
    ObjectNode closing() {
      return delta("");
    }

    @Override
    ObjectNode whole(String text) {
      return delta(text);
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
  abstract ObjectNode opening();

  abstract ObjectNode delta(String text);

  /** The choice of the event with the finish reason. */
  abstract ObjectNode closing();

  abstract ObjectNode whole(String text);

  private static ObjectNode choice() {
    return JsonNodeFactory.instance.objectNode().put("index", 0);
  }
}
