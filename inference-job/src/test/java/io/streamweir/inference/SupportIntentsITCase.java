package io.streamweir.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.inference.testing.InferenceRig;
import io.streamweir.inference.testing.Responses;
import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.InferenceResult;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResolvedSampling;
import io.streamweir.schemas.Topics;
import io.streamweir.text.Message;
import io.streamweir.text.ModelText;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job with the engine and the model of a real deployment. */
class SupportIntentsITCase {

  private static final Path MODEL = Path.of("..", "models", "support-intents").toAbsolutePath();
  private static final Map<String, String> SETTINGS =
      Map.of("engine", "djl", "model.path", MODEL.toString(), "engine.max.running", "4");
  private static final Map<String, String> ANSWERS =
      Map.of(
          "help me to track order 370795561790",
          "{\"intent\":\"track_order\",\"order_id\":\"370795561790\"}",
          "i want to delete my gold account",
          "{\"intent\":\"delete_account\",\"account_type\":\"gold\"}",
          "I forgot my password, help me",
          "{\"intent\":\"recover_password\"}");

  private static InferenceRig rig;
  private static ModelText text;
  private JobID job;
  private Responses responses;

  @BeforeAll
  static void startRig(@TempDir Path directory) throws Exception {
    rig = new InferenceRig(directory);
    text = ModelText.load(MODEL);
  }

  @AfterAll
  static void stopRig() throws Exception {
    text.close();
    rig.close();
  }

  @AfterEach
  void cancelJob() throws Exception {
    responses.close();
    rig.cancelJob(job);
  }

  @Test
  void shouldAnswerOnBothLanes() throws Exception {
    deploy("intents");
    for (var lane : Lane.values()) {
      for (int i = 0; i < 5; i++) {
        for (var utterance : ANSWERS.keySet()) {
          rig.send(
              request("intents", lane + "-" + i + "-" + utterance, lane, utterance, 64, false));
        }
      }
    }
    responses.await("results", () -> responses.results.size() >= 30 && billed() >= 30);

    var results = byId();
    assertThat(results).hasSize(30);
    for (var entry : ANSWERS.entrySet()) {
      var result = results.get("OFFLINE-4-" + entry.getKey());
      assertThat(result.getText()).isEqualTo(entry.getValue());
      assertThat(result.getFinishReason()).isEqualTo("stop");
      assertThat(result.getUsage().getCompletionTokens()).isEqualTo(result.getTokenIds().size());
    }
  }

  @Test
  void shouldGoOnWithTheSameTokensWhenStoppedInMidGeneration() throws Exception {
    deploy("resumed");
    var utterances = List.copyOf(ANSWERS.keySet());
    for (int i = 0; i < 30; i++) {
      var utterance = i + " " + utterances.get(i % utterances.size());
      rig.send(request("resumed", "stopped-" + i, Lane.ONLINE, utterance, 64, true));
    }
    responses.await("tokens", () -> responses.chunks.size() > 100);
    var savepoint = rig.stopWithSavepoint(job);
    job = rig.run("resumed", 1, savepoint, 0, SETTINGS);
    for (int i = 0; i < 30; i++) {
      var utterance = i + " " + utterances.get(i % utterances.size());
      rig.send(request("resumed", "whole-" + i, Lane.OFFLINE, utterance, 64, true));
    }
    responses.await("results", () -> responses.results.size() >= 60 && billed() >= 60);

    var results = byId();
    assertThat(results.values().stream().filter(result -> result.getAttempt() > 1)).isNotEmpty();
    for (int i = 0; i < 30; i++) {
      var stopped = results.get("stopped-" + i);
      assertThat(stopped.getTokenIds()).hasSize(64);
      assertThat(stopped.getTokenIds()).isEqualTo(results.get("whole-" + i).getTokenIds());
      assertThat(stopped.getText()).isEqualTo(results.get("whole-" + i).getText());
    }
  }

  private void deploy(String deployment) throws Exception {
    rig.createDispatchTopics(deployment);
    responses = rig.responses(deployment);
    job = rig.run(deployment, 1, null, 0, SETTINGS);
  }

  private int billed() {
    return responses.usage.size();
  }

  private Map<String, InferenceResult> byId() {
    return responses.results.stream()
        .collect(Collectors.toMap(InferenceResult::getRequestId, Function.identity()));
  }

  private static DispatchedRequest request(
      String deployment, String id, Lane lane, String utterance, int maxTokens, boolean ignoreEos) {
    var prompt = text.encodeChat(List.of(Message.of("user", utterance)), Map.of());
    return DispatchedRequest.newBuilder()
        .setRequestId(id)
        .setTenant(deployment)
        .setModel("support-intents")
        .setDeployment(deployment)
        .setLane(lane)
        .setPromptTokenIds(Arrays.stream(prompt).boxed().toList())
        .setSampling(
            ResolvedSampling.newBuilder()
                .setMaxTokens(maxTokens)
                .setTemperature(0)
                .setTopP(1)
                .setTopK(0)
                .setSeed(1)
                .setIgnoreEos(ignoreEos)
                .build())
        .setReplyPartition(new RequestKey(deployment, id).partition(Topics.TOKENS.partitions()))
        .build();
  }
}
