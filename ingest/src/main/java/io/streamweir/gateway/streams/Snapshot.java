package io.streamweir.gateway.streams;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.util.RawValue;
import io.streamweir.gateway.generation.CallErrors;
import io.streamweir.gateway.generation.Collected;
import io.streamweir.gateway.generation.ReplyFormat;
import io.streamweir.gateway.http.ApiError;
import io.streamweir.gateway.http.ApiException;
import io.streamweir.gateway.http.Work;
import io.streamweir.schemas.ChunkKind;
import io.streamweir.schemas.TokenChunk;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What has become of a request so far: reads what the log has of its stream and tells its state,
 * with the whole answer if it has ended. On the event loop only.
 */
public final class Snapshot implements Flow.Subscriber<TokenChunk> {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String requestId;
  private final ReplyFormat format;
  private final Collected collected;
  private final Work work;
  private final Function<String, Future<Void>> told;
  private final Consumer<ApiError> failed;
  private final Runnable onEnd;
  private Flow.Subscription subscription;
  private int tokens;
  private boolean done;

  /**
   * @param collected takes what there is of the answer
   * @param work makes the answer of it
   * @param told gets the state as JSON; completes when that need not be in memory any more
   * @param failed gets the reason why the state cannot be told
   * @param onEnd called once, before either or when nobody wants to know any more
   */
  public Snapshot(
      String requestId,
      ReplyFormat format,
      Collected collected,
      Work work,
      Function<String, Future<Void>> told,
      Consumer<ApiError> failed,
      Runnable onEnd) {
    this.requestId = requestId;
    this.format = format;
    this.collected = collected;
    this.work = work;
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
    if (done) {
      return;
    }
    if (chunk.getKind() == ChunkKind.RESET) {
      collected.clear();
      tokens = 0;
      return;
    }
    try {
      collected.add(chunk);
    } catch (ApiException e) {
      onError(e);
      return;
    }
    tokens += chunk.getTokenIds().size();
    if (chunk.getFinishReason() != null) {
      tell(status(chunk.getFinishReason()), chunk);
    }
  }

  @Override
  public void onError(Throwable failure) {
    if (end()) {
      collected.clear();
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
    if (end()) {
      collected.clear();
    }
  }

  private void tell(String status, TokenChunk last) {
    if (end()) {
      work.run(() -> state(status, last), collected.bytes())
          .onFailure(failure -> failed.accept(CallErrors.of(failure)))
          .compose(told)
          .onComplete(written -> collected.clear());
    }
  }

  private String state(String status, TokenChunk last) throws JsonProcessingException {
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", requestId)
            .put("object", "stream")
            .put("status", status)
            .put("tokens", tokens)
            .putNull("error")
            .putNull("response");
    if (last != null) {
      var error = CallErrors.of(last);
      if (error == null) {
        var completion = collected.complete(last);
        json.putRawValue(
            "response", new RawValue(format.whole(List.of(completion), last.getUsage())));
      } else {
        json.set("error", JSON.readTree(format.refusal(error)).path("error"));
      }
    }
    return json.toString();
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
      case "stop", "tool_calls", "length" -> "completed";
      case "cancelled", "expired" -> finishReason;
      default -> "failed";
    };
  }
}
