package io.streamweir.router;

import io.streamweir.schemas.ChatMessage;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.SamplingParams;
import java.util.List;

/** Requests as tests need them. */
public final class Requests {

  private Requests() {}

  /** A good chat request of tenant {@code shop}. */
  public static InferenceRequest.Builder chat(String requestId) {
    return InferenceRequest.newBuilder()
        .setRequestId(requestId)
        .setTenant("shop")
        .setModel(RouterRig.MODEL_NAME)
        .setMessages(List.of(message("user", "Where is my order 4711?")))
        .setSampling(SamplingParams.newBuilder().setMaxTokens(8).build());
  }

  public static ChatMessage message(String role, String content) {
    return ChatMessage.newBuilder().setRole(role).setContent(content).build();
  }
}
