package io.streamweir.gateway.generation;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.SamplingParams;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChoicesTest {

  @Test
  void shouldBeRequestsOfTheirOwnWithSeedsOfTheirOwn() {
    var requests = Choices.of(submission(3, 42L));

    assertThat(requests)
        .extracting(InferenceRequest::getRequestId)
        .containsExactly("r", "r.1", "r.2");
    assertThat(requests)
        .extracting(request -> request.getSampling().getSeed())
        .containsExactly(42L, 43L, 44L);
  }

  @Test
  void shouldLeaveTheSeedOpenWhenTheRequestDoes() {
    assertThat(Choices.of(submission(2, null)))
        .extracting(request -> request.getSampling().getSeed())
        .containsExactly(null, null);
  }

  @Test
  void shouldBeTheRequestItselfWhenThereIsOne() {
    var submission = submission(1, 42L);

    assertThat(Choices.of(submission)).isEqualTo(List.of(submission.request()));
  }

  private static Submission submission(int choices, Long seed) {
    var request =
        InferenceRequest.newBuilder()
            .setRequestId("r")
            .setModel("m")
            .setSampling(SamplingParams.newBuilder().setSeed(seed).build())
            .build();
    return new Submission(
        request, new Submission.Delivery(false, false, false, false, Optional.empty(), choices));
  }
}
