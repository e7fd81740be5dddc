package io.streamweir.gateway.generation;

import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.SamplingParams;
import java.util.List;
import java.util.stream.IntStream;

/** Several choices are several requests: the ids of all but the first are derived from it. */
public final class Choices {

  private Choices() {}

  /** The requests behind a submission, one for each choice. */
  public static List<InferenceRequest> of(Submission submission) {
    return IntStream.range(0, submission.delivery().choices())
        .mapToObj(number -> request(submission.request(), number))
        .toList();
  }

  /** With the same seed all choices would be the same, so each has the next one. */
  private static InferenceRequest request(InferenceRequest first, int number) {
    if (number == 0) {
      return first;
    }
    var request =
        InferenceRequest.newBuilder(first).setRequestId(first.getRequestId() + "." + number);
    var seed = first.getSampling().getSeed();
    if (seed != null) {
      request.setSampling(
          SamplingParams.newBuilder(first.getSampling()).setSeed(seed + number).build());
    }
    return request.build();
  }
}
