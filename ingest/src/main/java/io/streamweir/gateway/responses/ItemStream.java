package io.streamweir.gateway.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.schemas.AnswerDelta;

/**
 * Words the items of an output one after the other. The closing events of an item repeat it, so it
 * is kept while the stream is open.
 */
final class ItemStream {

  private enum Kind {
    NONE,
    MESSAGE,
    CALL
  }

  private final Events events;
  private final String messageId;
  private final ArrayNode ended = JsonNodeFactory.instance.arrayNode();
  private final StringBuilder text = new StringBuilder();
  private Kind open = Kind.NONE;
  private String callId;
  private String callName;

  ItemStream(Events events, String messageId) {
    this.events = events;
    this.messageId = messageId;
  }

  boolean begun() {
    return open != Kind.NONE || !ended.isEmpty();
  }

  /** Begins a message, unless one is open. */
  String message() {
    if (open == Kind.MESSAGE) {
      return "";
    }
    var before = end(Items.COMPLETED);
    open = Kind.MESSAGE;
    return before
        + item("response.output_item.added", Items.message(itemId(), Items.IN_PROGRESS))
        + part("response.content_part.added");
  }

  /** More of the message. */
  String text(String more) {
    var begin = message();
    text.append(more);
    var event = inPart("response.output_text.delta").put("delta", more);
    event.putArray("logprobs");
    return begin + events.event(event);
  }

  /** Begins a call. */
  String call(AnswerDelta delta) {
    var before = end(Items.COMPLETED);
    open = Kind.CALL;
    callId = delta.getCallId();
    callName = delta.getText();
    return before
        + item("response.output_item.added", Items.call(callId, callName, "", Items.IN_PROGRESS));
  }

  /** More of the call's arguments. */
  String arguments(String more) {
    text.append(more);
    return events.event(inItem("response.function_call_arguments.delta").put("delta", more));
  }

  /** Ends what is open. */
  String end(String status) {
    var last =
        switch (open) {
          case NONE -> "";
          case MESSAGE -> endMessage(status);
          case CALL -> endCall(status);
        };
    open = Kind.NONE;
    text.setLength(0);
    return last;
  }

  private String endMessage(String status) {
    var done = inPart("response.output_text.done").put("text", text.toString());
    done.putArray("logprobs");
    return events.event(done)
        + part("response.content_part.done")
        + done(Items.message(itemId(), status, text.toString()));
  }

  private String endCall(String status) {
    var arguments =
        inItem("response.function_call_arguments.done")
            .put("name", callName)
            .put("arguments", text.toString());
    return events.event(arguments) + done(Items.call(callId, callName, text.toString(), status));
  }

  private String done(ObjectNode item) {
    var event = item("response.output_item.done", item);
    ended.add(item);
    return event;
  }

  /** Those that have ended, in order. */
  ArrayNode ended() {
    return ended;
  }

  private String item(String type, ObjectNode item) {
    var event = Events.typed(type).put("output_index", ended.size());
    event.set("item", item);
    return events.event(event);
  }

  private String part(String type) {
    var event = inPart(type);
    event.set("part", Items.text(text.toString()));
    return events.event(event);
  }

  private ObjectNode inPart(String type) {
    return inItem(type).put("content_index", 0);
  }

  private ObjectNode inItem(String type) {
    return Events.typed(type).put("item_id", itemId()).put("output_index", ended.size());
  }

  /** A second message, as where the model says something behind a call, has a name of its own. */
  private String itemId() {
    if (open == Kind.CALL) {
      return Items.callItemId(callId);
    }
    return ended.isEmpty() ? messageId : messageId + "_" + ended.size();
  }
}
