package io.streamweir.gateway.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.gateway.generation.Completion;
import io.streamweir.gateway.generation.Head;
import io.streamweir.gateway.generation.ReplyFormat;
import io.streamweir.gateway.generation.StreamPosition;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.openai.OpenAiErrors;
import io.streamweir.schemas.AnswerDelta;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import io.streamweir.schemas.ToolCall;
import java.util.List;

/** Words an answer as a response: a message, calls of functions, or both. */
public final class ResponsesFormat implements ReplyFormat {

  private final Head head;
  private final Events events = new Events();
  private final ItemStream items;
  private String finishReason = "stop";

  public ResponsesFormat(Head head) {
    this.head = head;
    this.items = new ItemStream(events, messageId());
  }

  /** Of an answer that is taken apart it is not known yet what it begins with. */
  @Override
  public String open(int choice, TokenChunk first) {
    return about("response.created", response(Items.IN_PROGRESS))
        + about("response.in_progress", response(Items.IN_PROGRESS))
        + (first.getDeltas() == null ? items.message() : "");
  }

  @Override
  public String delta(int choice, TokenChunk chunk) {
    return items.text(chunk.getText());
  }

  @Override
  public boolean wordsDeltas() {
    return true;
  }

  /** What the model thinks has no place in the output. */
  @Override
  public String delta(int choice, AnswerDelta delta, TokenChunk chunk) {
    return switch (delta.getKind()) {
      case CONTENT -> items.text(delta.getText());
      case TOOL_CALL -> items.call(delta);
      case ARGUMENTS -> items.arguments(delta.getText());
      case REASONING, UNKNOWN -> "";
    };
  }

  /** The closing events repeat the whole text, and all events are numbered. */
  @Override
  public StreamPosition wordedFrom(StreamPosition had) {
    return StreamPosition.START;
  }

  @Override
  public String finish(int choice, TokenChunk last) {
    finishReason = last.getFinishReason();
    return (items.begun() ? "" : items.message()) + items.end(itemStatus(finishReason));
  }

  @Override
  public String close(TokenUsage usage) {
    var ended = ended(items.ended(), finishReason, usage);
    return about("response." + ended.get("status").textValue(), ended);
  }

  @Override
  public String failure(ApiError error) {
    var failed = response("failed");
    failed.putObject("error").put("code", code(error)).put("message", error.message());
    return about("response.failed", failed);
  }

  @Override
  public String whole(List<Completion> choices, TokenUsage usage) {
    var completion = choices.get(0);
    return ended(output(completion), completion.finishReason(), usage).toString();
  }

  private ArrayNode output(Completion completion) {
    var output = JsonNodeFactory.instance.arrayNode();
    var status = itemStatus(completion.finishReason());
    var answer = completion.answer();
    var calls = answer == null ? List.<ToolCall>of() : answer.getToolCalls();
    var said = answer == null ? completion.text() : answer.getContent();
    if (!said.isEmpty() || calls.isEmpty()) {
      output.add(Items.message(messageId(), calls.isEmpty() ? status : Items.COMPLETED, said));
    }
    for (var call : calls) {
      var last = output.size() == calls.size() - 1 + (said.isEmpty() ? 0 : 1);
      output.add(
          Items.call(
              call.getId(), call.getName(), call.getArguments(), last ? status : Items.COMPLETED));
    }
    return output;
  }

  @Override
  public String refusal(ApiError error) {
    return OpenAiErrors.body(error);
  }

  /** Clients know a few codes only; all others are one of these. */
  private static String code(ApiError error) {
    return error.status() == 429 ? "rate_limit_exceeded" : "server_error";
  }

  private ObjectNode ended(ArrayNode output, String reason, TokenUsage usage) {
    var response = response(itemStatus(reason));
    if (isCut(reason)) {
      response.putObject("incomplete_details").put("reason", "max_output_tokens");
    }
    response.set("output", output);
    if (usage != null) {
      response.set("usage", usage(usage));
    }
    return response;
  }

  private static boolean isCut(String reason) {
    return reason.equals("length");
  }

  private static String itemStatus(String reason) {
    return isCut(reason) ? Items.INCOMPLETE : Items.COMPLETED;
  }

  private String messageId() {
    return "msg_" + head.requestId();
  }

  private ObjectNode response(String status) {
    var response =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", "resp_" + head.requestId())
            .put("object", "response")
            .put("created_at", head.createdAtMs() / 1000)
            .put("status", status)
            .put("model", head.model());
    response.putNull("error").putNull("incomplete_details").putNull("instructions");
    response.putObject("metadata");
    response.putArray("output");
    response.put("parallel_tool_calls", true).putNull("previous_response_id");
    response.put("store", false).putNull("temperature");
    response.put("tool_choice", "auto").putArray("tools");
    return response.putNull("top_p").put("truncation", "disabled").putNull("usage");
  }

  private static ObjectNode usage(TokenUsage usage) {
    var json = JsonNodeFactory.instance.objectNode().put("input_tokens", usage.getPromptTokens());
    json.putObject("input_tokens_details")
        .put("cached_tokens", usage.getCachedTokens())
        .put("cache_write_tokens", 0);
    json.put("output_tokens", usage.getCompletionTokens());
    json.putObject("output_tokens_details").put("reasoning_tokens", usage.getReasoningTokens());
    return json.put("total_tokens", usage.getPromptTokens() + usage.getCompletionTokens());
  }

  private String about(String type, ObjectNode response) {
    var event = Events.typed(type);
    event.set("response", response);
    return events.event(event);
  }
}
