package io.streamweir.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.http.BodyReader;
import io.streamweir.gateway.keys.Caller;
import io.streamweir.gateway.keys.Scope;
import io.streamweir.gateway.openai.OpenAiErrors;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/** A route for models of a kind that no engine serves: says so of whatever model is asked for. */
final class IncapableRoute implements Handler<HttpServerRequest> {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Doors shared;
  private final BodyReader bodies;
  private final String ability;

  /**
   * @param ability what the models cannot, as a verb
   */
  IncapableRoute(Doors shared, BodyReader bodies, String ability) {
    this.shared = shared;
    this.bodies = bodies;
    this.ability = ability;
  }

  @Override
  public void handle(HttpServerRequest request) {
    var caller = shared.callers().of(request, Scope.GENERATE);
    bodies.read(
        request,
        (body, lease) -> {
          lease.release();
          OpenAiErrors.answer(request, refusal(body, caller));
        },
        error -> OpenAiErrors.answer(request, error));
  }

  private ApiError refusal(Buffer body, Caller caller) {
    try {
      var model = JSON.readTree(BodyReader.text(body)).path("model");
      if (!model.isTextual()) {
        return ApiError.invalid("model", "'model' is missing, or no string.");
      }
      var name = model.textValue();
      caller.requireModel(name);
      var known = shared.backend().models().stream().anyMatch(one -> one.name().equals(name));
      return new ApiError(
          404,
          "model_not_found",
          known
              ? "Model '"
                  + name
                  + "' generates text and cannot "
                  + ability
                  + "; no deployed model"
                  + " can."
              : "Model '" + name + "' is not deployed, and no deployed model can " + ability + ".",
          "model");
    } catch (JsonProcessingException e) {
      return ApiError.of(
          400, "invalid_json", "The body is not valid JSON: " + e.getOriginalMessage() + ".");
    } catch (ApiException e) {
      return e.error();
    }
  }
}
