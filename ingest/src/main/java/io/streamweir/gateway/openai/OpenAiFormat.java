package io.streamweir.gateway.openai;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.gateway.generation.ReplyFormat;
import io.streamweir.gateway.generation.Submission;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.TokenUsage;

/**
 * Words an answer in OpenAI's form, for chat completions and for completions.
 *
 * <p>Everything in the event of a delta but the text is the same for the whole stream, so it is
 * written once, around the text. Of the request only names are kept, not its prompt.
 */
public final class OpenAiFormat implements ReplyFormat {

  private static final String DONE = "data: [DONE]\n\n";
  private static final String TEXT_MARK = "\u0000";
  private static final String ESCAPED_TEXT_MARK = "\\u0000";

  private final Shape shape;
  private final String id;
  private final String model;
  private final boolean includeUsage;
  private final long createdSeconds;
  private final String beforeText;
  private final String afterText;

  private OpenAiFormat(Shape shape, Submission submission) {
    this.shape = shape;
    var request = submission.request();
    this.id = shape.idPrefix() + request.getRequestId();
    this.model = request.getModel();
    this.includeUsage = submission.includeUsage();
    this.createdSeconds = request.getCreatedAtMs() / 1000;
    var delta = event(shape.delta(TEXT_MARK), null);
    var mark = delta.lastIndexOf(ESCAPED_TEXT_MARK);
    this.beforeText = delta.substring(0, mark);
    this.afterText = delta.substring(mark + ESCAPED_TEXT_MARK.length());
  }

  public static ReplyFormat chat(Submission submission) {
    return new OpenAiFormat(Shape.CHAT, submission);
  }

  public static ReplyFormat completions(Submission submission) {
    return new OpenAiFormat(Shape.COMPLETION, submission);
  }

  @Override
  public String open() {
    var opening = shape.opening();
    return opening == null ? "" : event(opening, null);
  }

  @Override
  public String delta(String text) {
    var event = new StringBuilder(beforeText.length() + text.length() + afterText.length() + 8);
    event.append(beforeText);
    JsonStringEncoder.getInstance().quoteAsString(text, event);
    return event.append(afterText).toString();
  }

  @Override
  public String close(String finishReason, TokenUsage usage) {
    var events = new StringBuilder(event(shape.closing(), finishReason));
    if (includeUsage && usage != null) {
      var last = envelope(shape.chunkObject());
      last.putArray("choices");
      last.set("usage", usage(usage));
      events.append(sse(last));
    }
    return events.append(DONE).toString();
  }

  @Override
  public String failure(ApiError error) {
    return "data: " + OpenAiErrors.body(error) + "\n\n" + DONE;
  }

  @Override
  public String whole(String text, String finishReason, TokenUsage usage) {
    var answer = envelope(shape.wholeObject());
    answer.putArray("choices").add(finish(shape.whole(text), finishReason));
    if (usage != null) {
      answer.set("usage", usage(usage));
    }
    return answer.toString();
  }

  @Override
  public String refusal(ApiError error) {
    return OpenAiErrors.body(error);
  }

  private String event(ObjectNode choice, String finishReason) {
    var event = envelope(shape.chunkObject());
    event.putArray("choices").add(finish(choice, finishReason));
    if (includeUsage) {
      event.putNull("usage");
    }
    return sse(event);
  }

  private ObjectNode envelope(String object) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("object", object)
        .put("created", createdSeconds)
        .put("model", model);
  }

  private static ObjectNode finish(ObjectNode choice, String finishReason) {
    choice.putNull("logprobs");
    return choice.put("finish_reason", finishReason);
  }

  private static ObjectNode usage(TokenUsage usage) {
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("prompt_tokens", usage.getPromptTokens())
            .put("completion_tokens", usage.getCompletionTokens())
            .put("total_tokens", usage.getPromptTokens() + usage.getCompletionTokens());
    json.putObject("prompt_tokens_details").put("cached_tokens", usage.getCachedTokens());
    json.putObject("completion_tokens_details").put("reasoning_tokens", usage.getReasoningTokens());
    return json;
  }

  private static String sse(ObjectNode event) {
    return "data: " + event + "\n\n";
  }
}
