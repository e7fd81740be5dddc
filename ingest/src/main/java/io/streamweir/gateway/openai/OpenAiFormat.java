package io.streamweir.gateway.openai;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.gateway.generation.Completion;
import io.streamweir.gateway.generation.Head;
import io.streamweir.gateway.generation.ReplyFormat;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.AnswerDelta;
import io.streamweir.schemas.DeltaKind;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenUsage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Words an answer in OpenAI's form, for chat completions and for completions.
 *
 * <p>Everything in the event of a delta but the text is the same for the whole stream, so it is
 * written once for each choice, around the text. Of the request only names are kept, not its
 * prompt.
 */
public final class OpenAiFormat implements ReplyFormat {

  private static final String DONE = "data: [DONE]\n\n";
  private static final String TEXT_MARK = "\u0000";
  private static final String ESCAPED_TEXT_MARK = "\\u0000";

  private final Shape shape;
  private final Head head;
  private final Map<Integer, Frame> frames = new HashMap<>();

  /** Of the chunk that is worded. */
  private TokenUsage soFar = new TokenUsage();

  /** What stands around the text in the events of a choice. */
  private record Frame(String before, String after) {}

  private OpenAiFormat(Shape shape, Head head) {
    this.shape = shape;
    this.head = head;
  }

  public static ReplyFormat chat(Head head) {
    return new OpenAiFormat(Shape.CHAT, head);
  }

  public static ReplyFormat completions(Head head) {
    return new OpenAiFormat(Shape.COMPLETION, head);
  }

  @Override
  public void see(int choice, TokenChunk chunk) {
    if (head.continuousUsage()) {
      soFar = soFar(chunk);
    }
  }

  /** The log tells the prompt's counts once, with the first chunk. */
  private TokenUsage soFar(TokenChunk chunk) {
    var known = chunk.getUsage() == null ? soFar : chunk.getUsage();
    return TokenUsage.newBuilder(known)
        .setCompletionTokens(chunk.getFirstIndex() + chunk.getTokenIds().size())
        .build();
  }

  @Override
  public String open(int choice, TokenChunk first) {
    var opening = shape.opening(choice);
    return opening == null ? "" : event(opening, null, null);
  }

  @Override
  public String delta(int choice, TokenChunk chunk) {
    if (!chunk.getLogprobs().isEmpty() || head.continuousUsage()) {
      var logprobs =
          chunk.getLogprobs().isEmpty()
              ? null
              : shape.logprobs(chunk.getLogprobs(), Math.max(0, chunk.getTextOffset()));
      return event(shape.delta(choice, chunk.getText()), null, logprobs);
    }
    return text(choice, chunk.getText());
  }

  private String text(int choice, String text) {
    var frame = frames.computeIfAbsent(choice, this::frame);
    var event = new StringBuilder(frame.before.length() + text.length() + frame.after.length() + 8);
    event.append(frame.before);
    JsonStringEncoder.getInstance().quoteAsString(text, event);
    return event.append(frame.after).toString();
  }

  @Override
  public boolean wordsDeltas() {
    return shape == Shape.CHAT;
  }

  @Override
  public String delta(int choice, AnswerDelta delta, TokenChunk chunk) {
    if (delta.getKind() == DeltaKind.CONTENT && !head.continuousUsage()) {
      return text(choice, delta.getText());
    }
    return event(delta(choice, ToolCalls.delta(delta)), null, null);
  }

  @Override
  public String logprobs(int choice, TokenChunk chunk) {
    var logprobs = shape.logprobs(chunk.getLogprobs(), Math.max(0, chunk.getTextOffset()));
    return event(delta(choice, JsonNodeFactory.instance.objectNode()), null, logprobs);
  }

  private static ObjectNode delta(int choice, ObjectNode delta) {
    var json = Shape.choice(choice);
    json.set("delta", delta);
    return json;
  }

  @Override
  public String finish(int choice, TokenChunk last) {
    return event(shape.closing(choice), last.getFinishReason(), null);
  }

  @Override
  public String close(TokenUsage usage) {
    if (!head.includeUsage() || usage == null) {
      return DONE;
    }
    var last = envelope(shape.chunkObject());
    last.putArray("choices");
    last.set("usage", usage(usage));
    return sse(last) + DONE;
  }

  @Override
  public String failure(ApiError error) {
    return "data: " + OpenAiErrors.body(error) + "\n\n" + DONE;
  }

  @Override
  public String whole(List<Completion> choices, TokenUsage usage) {
    var answer = envelope(shape.wholeObject());
    var array = answer.putArray("choices");
    for (var number = 0; number < choices.size(); number++) {
      var one = choices.get(number);
      var logprobs = one.logprobs().isEmpty() ? null : shape.logprobs(one.logprobs(), 0);
      array.add(finish(shape.whole(number, one), one.finishReason(), logprobs));
    }
    if (usage != null) {
      answer.set("usage", usage(usage));
    }
    return answer.toString();
  }

  @Override
  public String refusal(ApiError error) {
    return OpenAiErrors.body(error);
  }

  private Frame frame(int choice) {
    var delta = event(shape.delta(choice, TEXT_MARK), null, null);
    var mark = delta.lastIndexOf(ESCAPED_TEXT_MARK);
    return new Frame(delta.substring(0, mark), delta.substring(mark + ESCAPED_TEXT_MARK.length()));
  }

  private String event(ObjectNode choice, String finishReason, JsonNode logprobs) {
    var event = envelope(shape.chunkObject());
    event.putArray("choices").add(finish(choice, finishReason, logprobs));
    if (head.continuousUsage()) {
      event.set("usage", usage(soFar));
    } else if (head.includeUsage()) {
      event.putNull("usage");
    }
    return sse(event);
  }

  private ObjectNode envelope(String object) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", shape.idPrefix() + head.requestId())
        .put("object", object)
        .put("created", head.createdAtMs() / 1000)
        .put("model", head.model());
  }

  private static ObjectNode finish(ObjectNode choice, String finishReason, JsonNode logprobs) {
    choice.set("logprobs", logprobs == null ? JsonNodeFactory.instance.nullNode() : logprobs);
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
