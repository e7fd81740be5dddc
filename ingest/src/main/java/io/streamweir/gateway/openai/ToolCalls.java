package io.streamweir.gateway.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.schemas.AnswerDelta;
import io.streamweir.schemas.ChatAnswer;

/** Reasoning and tool calls in OpenAI's form; its reasoning is the field that others have added. */
final class ToolCalls {

  private ToolCalls() {}

  /** The fields of a whole message. */
  static void putAnswer(ObjectNode message, ChatAnswer answer) {
    var calls = answer.getToolCalls();
    message.put(
        "content", answer.getContent().isEmpty() && !calls.isEmpty() ? null : answer.getContent());
    if (!answer.getReasoning().isEmpty()) {
      message.put("reasoning_content", answer.getReasoning());
    }
    if (!calls.isEmpty()) {
      var array = message.putArray("tool_calls");
      for (var call : calls) {
        putFunction(array.addObject(), call.getId(), call.getName(), call.getArguments());
      }
    }
  }

  /** The object {@code delta} of an event. */
  static ObjectNode delta(AnswerDelta delta) {
    var json = JsonNodeFactory.instance.objectNode();
    switch (delta.getKind()) {
      case CONTENT -> json.put("content", delta.getText());
      case REASONING -> json.put("reasoning_content", delta.getText());
      case TOOL_CALL -> putFunction(call(json, delta), delta.getCallId(), delta.getText(), "");
      case ARGUMENTS -> call(json, delta).putObject("function").put("arguments", delta.getText());
      // What a later writer says is not for this reader.
      case UNKNOWN -> {}
    }
    return json;
  }

  private static ObjectNode call(ObjectNode json, AnswerDelta delta) {
    return json.putArray("tool_calls").addObject().put("index", delta.getCall());
  }

  private static void putFunction(ObjectNode call, String id, String name, String arguments) {
    call.put("id", id).put("type", "function");
    call.putObject("function").put("name", name).put("arguments", arguments);
  }
}
