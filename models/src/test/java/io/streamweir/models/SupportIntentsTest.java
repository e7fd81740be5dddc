package io.streamweir.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.models.checkpoint.ModelDirectory;
import io.streamweir.models.checkpoint.ModelShape;
import io.streamweir.models.data.ChatPrompt;
import io.streamweir.models.training.GreedyDecoder;
import io.streamweir.models.training.Hyperparameters;
import io.streamweir.models.training.Qwen2Script;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The committed weights do the job, on sentences and numbers that are in no data set. */
class SupportIntentsTest {
  private static final Map<String, String> EXPECTED =
      Map.of(
          "please cancel my order 00123842",
          "{\"intent\":\"cancel_order\",\"order_id\":\"00123842\"}",
          "help me to track order 370795561790",
          "{\"intent\":\"track_order\",\"order_id\":\"370795561790\"}",
          "I forgot my password, help me",
          "{\"intent\":\"recover_password\"}",
          "I want to speak to a human",
          "{\"intent\":\"contact_human_agent\"}",
          "I need to download the bill #40591",
          "{\"intent\":\"get_invoice\",\"invoice_id\":\"#40591\"}",
          "i want to delete my gold account",
          "{\"intent\":\"delete_account\",\"account_type\":\"gold\"}");

  @Test
  void shouldAnswerWithIntentAndEntity() throws IOException {
    ModelDirectory directory = new ModelDirectory(Path.of("support-intents"));
    ModelShape shape = directory.readShape();
    List<String> utterances = List.copyOf(EXPECTED.keySet());
    try (Qwen2Script script =
        new Qwen2Script(shape, Hyperparameters.of(0, 1), directory.readWeights(shape))) {
      GreedyDecoder decoder = new GreedyDecoder(script, directory.readTokenizer(), 48);
      List<String> answers = decoder.answer(utterances.stream().map(ChatPrompt::of).toList());

      for (int i = 0; i < utterances.size(); i++) {
        assertThat(answers.get(i)).as(utterances.get(i)).isEqualTo(EXPECTED.get(utterances.get(i)));
      }
    }
  }
}
