package io.streamweir.local.requests;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamweir.schemas.InferenceResult;

/** A result as one line of JSON, in the words of the schema. */
public final class ResultJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private ResultJson() {}

  public static String of(InferenceResult result) {
    var json = JSON.createObjectNode();
    json.put("request_id", result.getRequestId());
    json.put("tenant", result.getTenant());
    json.put("model", result.getModel());
    json.put("status", result.getStatus().name());
    json.put("finish_reason", result.getFinishReason());
    json.put("text", result.getText());
    if (result.getAnswer() != null) {
      var answer = json.putObject("answer");
      answer.put("content", result.getAnswer().getContent());
      answer.put("reasoning", result.getAnswer().getReasoning());
      var calls = answer.putArray("tool_calls");
      for (var call : result.getAnswer().getToolCalls()) {
        calls
            .addObject()
            .put("id", call.getId())
            .put("name", call.getName())
            .put("arguments", call.getArguments());
      }
    }
    var usage = json.putObject("usage");
    usage.put("prompt_tokens", result.getUsage().getPromptTokens());
    usage.put("completion_tokens", result.getUsage().getCompletionTokens());
    usage.put("reasoning_tokens", result.getUsage().getReasoningTokens());
    usage.put("cached_tokens", result.getUsage().getCachedTokens());
    if (result.getError() != null) {
      var error = json.putObject("error");
      error.put("code", result.getError().getCode());
      error.put("http_status", result.getError().getHttpStatus());
      error.put("message", result.getError().getMessage());
    }
    return json.toString();
  }
}
