package io.streamweir.gateway.streams;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.streamweir.gateway.generation.CallErrors;
import io.streamweir.gateway.generation.Completion;
import io.streamweir.gateway.generation.ReplyFormat;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.TokenChunk;
import io.streamweir.schemas.TokenLogprob;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * What has become of a request so far: reads what the log has of its stream and tells its state,
 * with the whole answer if it has ended. On the event loop only.
 */
public final class Snapshot implements Flow.Subscriber<TokenChunk> {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String requestId;
  private final ReplyFormat format;
  private final Consumer<String> told;
  private final Consumer<ApiError> failed;
  private final Runnable onEnd;
  private final StringBuilder text = new StringBuilder();
  private final List<TokenLogprob> logprobs = new ArrayList<>();
  private Flow.Subscription subscription;
  private int tokens;
  private boolean done;

  /**
   * @param told gets the state as JSON
   * @param failed gets the reason why the state cannot be told
   * @param onEnd called once, before either or when nobody wants to know any more
   */
  public Snapshot(
      String requestId,
      ReplyFormat format,
      Consumer<String> told,
      Consumer<ApiError> failed,
      Runnable onEnd) {
    this.requestId = requestId;
    this.format = format;
    this.told = told;
    this.failed = failed;
    this.onEnd = onEnd;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(TokenChunk chunk) {
    if (chunk.getKind() == ChunkKind.RESET) {
      text.setLength(0);
      logprobs.clear();
      tokens = 0;
      return;
    }
    text.append(chunk.getText());
    logprobs.addAll(chunk.getLogprobs());
    tokens += chunk.getTokenIds().size();
    if (chunk.getFinishReason() != null) {
      tell(status(chunk.getFinishReason()), chunk);
    }
  }

  @Override
  public void onError(Throwable failure) {
    if (end()) {
      failed.accept(CallErrors.of(failure));
    }
  }

  @Override
  public void onComplete() {
    // The last chunk has told the state.
  }

  /** There is no more for now. */
  public void caughtUp() {
    tell(tokens == 0 ? "queued" : "in_progress", null);
  }

  /** Nobody wants to know any more. */
  public void cancel() {
    end();
  }

  private void tell(String status, TokenChunk last) {
    if (!end()) {
      return;
    }
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", requestId)
            .put("object", "stream")
            .put("status", status)
            .put("tokens", tokens);
    try {
      json.putNull("error");
      json.putNull("response");
      if (last != null) {
        var error = CallErrors.of(last);
        if (error == null) {
          var completion = new Completion(text.toString(), logprobs, last);
          json.set("response", JSON.readTree(format.whole(List.of(completion), last.getUsage())));
        } else {
          json.set("error", JSON.readTree(format.refusal(error)).path("error"));
        }
      }
      told.accept(json.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A format wrote what is not JSON", e);
    }
  }

  private boolean end() {
    if (done) {
      return false;
    }
    done = true;
    if (subscription != null) {
      subscription.cancel();
    }
    onEnd.run();
    return true;
  }

  private static String status(String finishReason) {
    return switch (finishReason) {
      case "stop", "length" -> "completed";
      case "cancelled", "expired" -> finishReason;
      default -> "failed";
    };
  }
}
