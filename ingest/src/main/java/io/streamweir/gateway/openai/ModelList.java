package io.streamweir.gateway.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.client.catalogue.ServedModel;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import java.util.List;

/** The models that are served, in OpenAI's form and with the length that vLLM's users look for. */
public final class ModelList {

  private ModelList() {}

  /** For {@code GET /v1/models}. */
  public static String all(List<ServedModel> models) {
    var list = JsonNodeFactory.instance.objectNode().put("object", "list");
    var data = list.putArray("data");
    models.forEach(model -> data.add(json(model)));
    return list.toString();
  }

  /**
   * For {@code GET /v1/models/NAME}.
   *
   * @throws ApiException if no deployment that is ready serves it
   */
  public static String one(List<ServedModel> models, String name) {
    return models.stream()
        .filter(model -> model.name().equals(name))
        .findFirst()
        .map(model -> json(model).toString())
        .orElseThrow(
            () ->
                new ApiException(
                    new ApiError(
                        404,
                        "model_not_found",
                        "No deployment that is ready serves '" + name + "'.",
                        "model")));
  }

  private static ObjectNode json(ServedModel model) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", model.name())
        .put("object", "model")
        .put("created", model.since().getEpochSecond())
        .put("owned_by", "streamweir")
        .put("root", model.model())
        .put("max_model_len", model.maxModelLen());
  }
}
