package io.streamweir.gateway.responses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The events of one stream, which are numbered. */
final class Events {

  private int sequence;

  static ObjectNode typed(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  String event(ObjectNode event) {
    event.put("sequence_number", sequence);
    sequence++;
    return "event: " + event.get("type").textValue() + "\ndata: " + event + "\n\n";
  }
}
