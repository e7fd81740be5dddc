package io.streamweir.gateway.responses;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.gateway.generation.Completion;
import io.streamweir.gateway.generation.Head;
import io.streamweir.gateway.generation.ReplyFormat;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.openai.OpenAiErrors;
import io.streamweir.schemas.AnswerDelta;
import io.streamweir.schemas.DeltaKind;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import java.util.List;

/**
 * Words an answer as a response with one message of one text. The closing events repeat the text,
 * so it is kept while the stream is open.
 */
public final class ResponsesFormat implements ReplyFormat {

  private final Head head;
  private final StringBuilder text = new StringBuilder();
  private int sequence;
  private String finishReason = "stop";

  public ResponsesFormat(Head head) {
    this.head = head;
  }

  @Override
  public String open(int choice, TokenChunk first) {
    var item = message("in_progress");
    item.putArray("content");
    return about("response.created", response("in_progress"))
        + about("response.in_progress", response("in_progress"))
        + item("response.output_item.added", item)
        + part("response.content_part.added", "");
  }

  @Override
  public String delta(int choice, TokenChunk chunk) {
    return delta(chunk.getText());
  }

  @Override
  public boolean wordsDeltas() {
    return true;
  }

  /** Tools are not offered here, and what the model thinks has no place in the message. */
  @Override
  public String delta(int choice, AnswerDelta delta, TokenChunk chunk) {
    return delta.getKind() == DeltaKind.CONTENT ? delta(delta.getText()) : "";
  }

  private String delta(String more) {
    text.append(more);
    var event = inPart("response.output_text.delta").put("delta", more);
    event.putArray("logprobs");
    return event(event);
  }

  @Override
  public String finish(int choice, TokenChunk last) {
    finishReason = last.getFinishReason();
    var done = inPart("response.output_text.done").put("text", text.toString());
    done.putArray("logprobs");
    return event(done)
        + part("response.content_part.done", text.toString())
        + item("response.output_item.done", whole(text.toString(), finishReason));
  }

  @Override
  public String close(TokenUsage usage) {
    var ended = ended(text.toString(), finishReason, usage);
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
    var answer = completion.answer();
    var said = answer == null ? completion.text() : answer.getContent();
    return ended(said, completion.finishReason(), usage).toString();
  }

  @Override
  public String refusal(ApiError error) {
    return OpenAiErrors.body(error);
  }

  /** Clients know a few codes only; all others are one of these. */
  private static String code(ApiError error) {
    return error.status() == 429 ? "rate_limit_exceeded" : "server_error";
  }

  private ObjectNode ended(String answer, String reason, TokenUsage usage) {
    var cut = reason.equals("length");
    var response = response(cut ? "incomplete" : "completed");
    if (cut) {
      response.putObject("incomplete_details").put("reason", "max_output_tokens");
    }
    response.putArray("output").add(whole(answer, reason));
    if (usage != null) {
      response.set("usage", usage(usage));
    }
    return response;
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

  private ObjectNode whole(String answer, String reason) {
    var item = message(reason.equals("length") ? "incomplete" : "completed");
    item.putArray("content").add(textPart(answer));
    return item;
  }

  private ObjectNode message(String status) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", itemId())
        .put("type", "message")
        .put("status", status)
        .put("role", "assistant");
  }

  private String itemId() {
    return "msg_" + head.requestId();
  }

  private static ObjectNode textPart(String answer) {
    var part = typed("output_text").put("text", answer);
    part.putArray("annotations");
    return part;
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
    var event = typed(type);
    event.set("response", response);
    return event(event);
  }

  private String item(String type, ObjectNode item) {
    var event = typed(type).put("output_index", 0);
    event.set("item", item);
    return event(event);
  }

  private String part(String type, String answer) {
    var event = inPart(type);
    event.set("part", textPart(answer));
    return event(event);
  }

  private ObjectNode inPart(String type) {
    return typed(type).put("item_id", itemId()).put("output_index", 0).put("content_index", 0);
  }

  private static ObjectNode typed(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }

  private String event(ObjectNode event) {
    event.put("sequence_number", sequence);
    sequence++;
    return "event: " + event.get("type").textValue() + "\ndata: " + event + "\n\n";
  }
}
