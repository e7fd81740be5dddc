package io.streamweir.gateway.parameters;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every parameter that a route knows; what is not in the table is refused. Immutable. */
public final class ParameterTable {

  private final Map<String, Parameter> byName = new LinkedHashMap<>();
  private final List<String> required;

  /**
   * @param required names that must be there
   */
  public ParameterTable(List<String> required, List<List<Parameter>> groups) {
    this.required = List.copyOf(required);
    for (var group : groups) {
      for (var parameter : group) {
        if (byName.put(parameter.name(), parameter) != null) {
          throw new IllegalArgumentException("Parameter " + parameter.name() + " stands twice");
        }
      }
    }
  }

  public Collection<Parameter> parameters() {
    return byName.values();
  }

  /** Names of those that must be there. */
  public List<String> required() {
    return required;
  }

  /**
   * Reads a body into a draft.
   *
   * @throws io.streamweir.gateway.http.ApiException that names the first parameter at fault
   */
  RequestDraft read(JsonNode body) {
    if (!body.isObject()) {
      throw Values.invalid(
          null, "The body must be a JSON object, but is " + Values.show(body) + ".");
    }
    for (var name : required) {
      if (body.path(name).isNull() || body.path(name).isMissingNode()) {
        throw Values.invalid(name, "'" + name + "' is missing.");
      }
    }
    var draft = new RequestDraft();
    var fields = new ArrayList<Map.Entry<String, JsonNode>>(body.properties());
    for (var field : fields) {
      var parameter = byName.get(field.getKey());
      if (parameter == null) {
        throw unknown(field.getKey());
      }
      if (!field.getValue().isNull()) {
        parameter.reader().read(field.getValue(), draft);
      }
    }
    return draft;
  }

  private static ApiException unknown(String name) {
    return new ApiException(
        new ApiError(
            400,
            "unknown_parameter",
            "'" + name + "' is no parameter of this route; check its spelling, or leave it out.",
            name));
  }
}
