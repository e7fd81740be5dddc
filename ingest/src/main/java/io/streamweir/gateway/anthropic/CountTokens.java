package io.streamweir.gateway.anthropic;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.streamweir.gateway.generation.Completion;
import io.streamweir.gateway.generation.Head;
import io.streamweir.gateway.generation.ReplyFormat;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.parameters.ParameterTable;
import io.streamweir.gateway.parameters.RequestParser;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/** {@code POST /v1/messages/count_tokens}: counted by the router, with the model's template. */
public final class CountTokens implements ReplyFormat {

  private static final Set<String> COUNTED =
      Set.of(
          "model",
          "messages",
          "system",
          "tools",
          "tool_choice",
          "thinking",
          "request_id",
          "accelerator",
          "chat_template_kwargs");

  /** What of a message's parameters decides its prompt. */
  public static final ParameterTable TABLE =
      new ParameterTable(
          List.of("model", "messages"),
          List.of(
              MessagesParameters.TABLE.parameters().stream()
                  .filter(parameter -> COUNTED.contains(parameter.name()))
                  .toList()));

  private final Head head;

  public CountTokens(Head head) {
    this.head = head;
  }

  public static RequestParser parser(InstantSource clock) {
    return new RequestParser(TABLE, 0, clock);
  }

  @Override
  public String whole(List<Completion> choices, TokenUsage usage) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("input_tokens", usage.getPromptTokens())
        .toString();
  }

  @Override
  public String refusal(ApiError error) {
    return AnthropicErrors.json(error).toString();
  }

  @Override
  public String open(int choice, TokenChunk first) {
    return "";
  }

  @Override
  public String delta(int choice, TokenChunk chunk) {
    return "";
  }

  @Override
  public String finish(int choice, TokenChunk last) {
    return "";
  }

  /** Read as a stream it is a message that ends at once. */
  @Override
  public String close(TokenUsage usage) {
    return new AnthropicFormat(head).close(usage);
  }

  @Override
  public String failure(ApiError error) {
    return new AnthropicFormat(head).failure(error);
  }
}
