package io.streamweir.gateway;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.gateway.parameters.Parameter;
import io.streamweir.gateway.parameters.Parameter.Support;
import io.streamweir.gateway.parameters.ParameterTable;
import java.util.Locale;

/**
 * The description of the API in OpenAPI 3.1, made of the tables that the gateway itself works with:
 * {@link Protocol}, {@link Route} and the parameters.
 */
final class OpenApi {

  private static final String JSON = "application/json";
  private static final String EVENTS = "text/event-stream";

  private OpenApi() {}

  static ObjectNode describe() {
    var api = JsonNodeFactory.instance.objectNode().put("openapi", "3.1.0");
    api.putObject("info")
        .put("title", "Streamweir")
        .put("version", "1")
        .put(
            "description",
            "LLM inference on Kafka and Flink through OpenAI's and Anthropic's APIs.");
    var paths = api.putObject("paths");
    for (var protocol : Protocol.values()) {
      generation(paths.putObject(protocol.path()).putObject("post"), protocol);
    }
    for (var route : Route.values()) {
      plain(paths.withObjectProperty(route.path()), route);
    }
    return api;
  }

  private static void generation(ObjectNode operation, Protocol protocol) {
    operation.put("operationId", protocol.key()).put("summary", protocol.summary());
    var parameters = operation.putArray("parameters");
    for (var header : GenerationHeader.values()) {
      if (header.isOf(protocol)) {
        parameters
            .addObject()
            .put("name", header.wireName())
            .put("in", "header")
            .put("required", header.required())
            .put("description", header.meaning())
            .putObject("schema")
            .put("type", "string");
      }
    }
    var body = operation.putObject("requestBody").put("required", true).putObject("content");
    body.putObject(JSON).set("schema", schema(protocol.table()));
    var responses = operation.putObject("responses");
    var answer = responses.putObject("200").put("description", "the answer");
    var content = answer.putObject("content");
    content.putObject(JSON);
    content.putObject(EVENTS);
    responses.putObject("202").put("description", "taken, with background");
    responses.putObject("default").put("description", "an error in the form of the protocol");
  }

  /** Refused parameters are left out: a body that has one does not fit. */
  private static ObjectNode schema(ParameterTable table) {
    var schema = JsonNodeFactory.instance.objectNode().put("type", "object");
    schema.put("additionalProperties", false);
    var required = schema.putArray("required");
    table.required().forEach(required::add);
    var properties = schema.putObject("properties");
    for (var parameter : table.parameters()) {
      if (parameter.support() != Support.REFUSED) {
        properties.set(parameter.name(), described(parameter));
      }
    }
    return schema;
  }

  private static ObjectNode described(Parameter parameter) {
    return parameter.schema().json().put("description", parameter.meaning());
  }

  private static void plain(ObjectNode path, Route route) {
    var operation = path.putObject(route.method().name().toLowerCase(Locale.ROOT));
    operation.put("operationId", route.name().toLowerCase(java.util.Locale.ROOT));
    operation.put("summary", route.summary());
    if (route.hasVariable()) {
      var name = route.path().substring(route.path().indexOf('{') + 1, route.path().indexOf('}'));
      operation
          .putArray("parameters")
          .addObject()
          .put("name", name)
          .put("in", "path")
          .put("required", true)
          .putObject("schema")
          .put("type", "string");
    }
    operation
        .putObject("responses")
        .putObject("default")
        .put("description", "the answer, or an error");
  }
}
