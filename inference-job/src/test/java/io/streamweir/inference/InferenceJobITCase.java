package io.streamweir.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.inference.testing.InferenceRig;
import io.streamweir.inference.testing.Request;
import io.streamweir.inference.testing.Responses;
import io.streamweir.schemas.ResultStatus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole job on a real broker and a real Flink cluster, with a scripted model. */
class InferenceJobITCase {

  private static InferenceRig rig;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    rig = new InferenceRig(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    rig.close();
  }

  @Test
  void shouldAnswerEachRequestOnceWhenBothLanesFlow() throws Exception {
    rig.createDispatchTopics("flow");
    var job = rig.run("flow", 2, null, 500, Map.of());
    var requests = new ArrayList<Request>();
    for (int i = 0; i < 40; i++) {
      requests.add(Request.online("flow", "on-" + i, 20));
      requests.add(Request.offline("flow", "off-" + i, 20));
    }
    try (var responses = rig.responses("flow")) {
      rig.send(requests);
      responses.await("all results", () -> responses.ended(requests));
      requests.forEach(request -> assertCompleted(responses, request));
      assertThat(rig.vertices(job)).hasSize(1);
    }
    rig.cancelJob(job);
  }

  private static void assertCompleted(Responses responses, Request request) {
    assertThat(responses.tokens(request)).isEqualTo(request.completion());
    var result = responses.result(request);
    assertThat(result.getStatus()).isEqualTo(ResultStatus.COMPLETED);
    assertThat(result.getTokenIds()).isEqualTo(request.completion());
    assertThat(responses.usage(request).getUsage().getCompletionTokens())
        .isEqualTo(request.maxTokens());
  }
}
