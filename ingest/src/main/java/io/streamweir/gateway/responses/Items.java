package io.streamweir.gateway.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The items that an output is made of: a message with one text, and calls of functions. */
final class Items {

  static final String COMPLETED = "completed";
  static final String INCOMPLETE = "incomplete";
  static final String IN_PROGRESS = "in_progress";

  private Items() {}

  /** A message, still without its text. */
  static ObjectNode message(String id, String status) {
    var message =
        Events.typed("message").put("id", id).put("status", status).put("role", "assistant");
    message.putArray("content");
    return message;
  }

  static ObjectNode message(String id, String status, String text) {
    var message = message(id, status);
    message.withArray("content").add(text(text));
    return message;
  }

  static ObjectNode text(String text) {
    var part = Events.typed("output_text").put("text", text);
    part.putArray("annotations");
    return part;
  }

  /**
   * @param callId what the answer of the tool refers to
   * @param arguments JSON, as the model wrote it
   */
  static ObjectNode call(String callId, String name, String arguments, String status) {
    return Events.typed("function_call")
        .put("id", callItemId(callId))
        .put("call_id", callId)
        .put("name", name)
        .put("arguments", arguments)
        .put("status", status);
  }

  static String callItemId(String callId) {
    return "fc_" + callId;
  }
}
