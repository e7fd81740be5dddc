package io.streamweir.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.exception.ModelNotFoundException;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.streamweir.support.Await;
import io.streamweir.support.Chunks;
import io.streamweir.support.Cluster;
import io.streamweir.support.Responder;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** LangChain4j, through its model for OpenAI. */
@ExtendWith(Cluster.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LangChain4jITCase {

  private final Responder responder;
  private final GatewayServer gateway;

  LangChain4jITCase(Cluster cluster) throws Exception {
    this.responder = new Responder(cluster.options());
    this.gateway = Gateways.start(cluster, Map.of());
  }

  @AfterAll
  void stop() {
    gateway.close();
    responder.close();
  }

  @Test
  void shouldChat() {
    assertThat(model("counting").chat("hi")).isEqualTo(Chunks.text(5));
    assertThatThrownBy(() -> model("rejected").chat("hi"))
        .isInstanceOf(ModelNotFoundException.class);
  }

  @Test
  void shouldChatPieceByPiece() throws Exception {
    var model =
        OpenAiStreamingChatModel.builder()
            .baseUrl(gateway.url() + "/v1")
            .apiKey("unused")
            .modelName("counting")
            .build();
    var text = new StringBuffer();
    var complete = new CompletableFuture<ChatResponse>();
    model.chat(
        "hi",
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String piece) {
            text.append(piece);
          }

          @Override
          public void onCompleteResponse(ChatResponse response) {
            complete.complete(response);
          }

          @Override
          public void onError(Throwable error) {
            complete.completeExceptionally(error);
          }
        });

    var response = Await.result(complete);
    assertThat(response.aiMessage().text()).isEqualTo(Chunks.text(5)).isEqualTo(text.toString());
    assertThat(response.tokenUsage().outputTokenCount()).isEqualTo(5);
  }

  private OpenAiChatModel model(String name) {
    return OpenAiChatModel.builder()
        .baseUrl(gateway.url() + "/v1")
        .apiKey("unused")
        .modelName(name)
        .maxRetries(0)
        .build();
  }
}
