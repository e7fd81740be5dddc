package io.streamweir.engine.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.engine.EngineConfig;
import io.streamweir.engine.EngineProvider;
import io.streamweir.engine.EngineRequest;
import io.streamweir.engine.FinishReason;
import io.streamweir.engine.InferenceEngine;
import io.streamweir.engine.RecordingListener;
import io.streamweir.engine.Requests;
import io.streamweir.engine.SamplingParams;
import io.streamweir.text.Message;
import io.streamweir.text.ModelText;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The model that comes with the repository does its job on this engine, alone and in a crowd. */
class SupportIntentsTest {
  private static final Path MODEL = Path.of("..", "models", "support-intents");
  private static final Map<String, String> ANSWERS =
      Map.of(
          "help me to track order 370795561790",
          "{\"intent\":\"track_order\",\"order_id\":\"370795561790\"}",
          "i want to delete my gold account",
          "{\"intent\":\"delete_account\",\"account_type\":\"gold\"}",
          "I forgot my password, help me",
          "{\"intent\":\"recover_password\"}");

  @Test
  void shouldNameIntentAndEntityWhenTheLanesAreFull() {
    RecordingListener listener = new RecordingListener();
    try (ModelText text = ModelText.load(MODEL);
        InferenceEngine engine = EngineProvider.named("djl").load(EngineConfig.forCpu(MODEL, 1))) {
      engine.start(listener);
      assertThat(engine.statistics().reproducible()).isTrue();
      for (int i = 0; i < 20; i++) {
        for (String utterance : ANSWERS.keySet()) {
          engine.submit(request(text, i + utterance, utterance, i % 5 == 0));
        }
      }
      for (int i = 0; i < 20; i++) {
        for (Map.Entry<String, String> entry : ANSWERS.entrySet()) {
          String id = i + entry.getKey();
          assertThat(listener.awaitFinish(id).finishReason()).isEqualTo(FinishReason.STOP);
          assertThat(listener.text(id)).isEqualTo(entry.getValue());
        }
      }
    }
    listener.assertClean();
  }

  /** Once, an operator that writes into buffers it is given corrupted the native heap here. */
  @Test
  void shouldKeepSteppingWhenSixteenDecodeForLong() {
    SamplingParams sampling = new SamplingParams(60, 0, 1, 0, 0, List.of(), Set.of(), true);
    RecordingListener listener = new RecordingListener();
    try (InferenceEngine engine = EngineProvider.named("djl").load(EngineConfig.forCpu(MODEL, 1))) {
      engine.start(listener);
      Random random = new Random(1);
      for (int round = 0; round < 6; round++) {
        for (int i = 0; i < 16; i++) {
          int[] prompt = random.ints(40, 3, 1000).toArray();
          engine.submit(Requests.online(round + "-" + i, prompt, sampling));
        }
        for (int i = 0; i < 16; i++) {
          listener.awaitFinish(round + "-" + i);
          assertThat(listener.tokens(round + "-" + i)).hasSize(60);
        }
      }
    }
    listener.assertClean();
  }

  private static EngineRequest request(
      ModelText text, String id, String utterance, boolean online) {
    int[] prompt = text.encodeChat(List.of(Message.of("user", utterance)), Map.of());
    SamplingParams sampling = SamplingParams.greedy(64);
    return online ? Requests.online(id, prompt, sampling) : Requests.offline(id, prompt, sampling);
  }
}
