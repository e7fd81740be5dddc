package io.streamweir.gateway.openai;

import io.streamweir.gateway.generation.Submission;
import io.streamweir.schemas.ChatMessage;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.SamplingParams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A request while its body is read, parameter by parameter. */
final class RequestDraft {

  final InferenceRequest.Builder request = InferenceRequest.newBuilder();
  final SamplingParams.Builder sampling = SamplingParams.newBuilder();
  final Map<String, String> metadata = new HashMap<>();
  final Map<String, String> templateVariables = new HashMap<>();
  List<ChatMessage> messages = new ArrayList<>();
  boolean stream;
  boolean streamOptions;
  boolean includeUsage;

  /** Upper bound on generated tokens, which has two names; both must say the same. */
  void maxTokens(String name, int value) {
    var other = sampling.getMaxTokens();
    if (other != null && other != value) {
      throw Values.invalid(
          name, "'max_tokens' and 'max_completion_tokens' differ; give one of them.");
    }
    sampling.setMaxTokens(value);
  }

  /**
   * The request as far as the body tells.
   *
   * @param tenant who asks
   * @param fallbackId request id if the body has none
   */
  Submission toSubmission(String tenant, String fallbackId, long nowMs) {
    if (streamOptions && !stream) {
      throw Values.invalid(
          "stream_options", "'stream_options' is only allowed when 'stream' is true.");
    }
    if (!request.hasRequestId()) {
      request.setRequestId(fallbackId);
    }
    var built =
        request
            .setTenant(tenant)
            .setSampling(sampling.build())
            .setMessages(messages)
            .setMetadata(metadata)
            .setChatTemplateKwargs(templateVariables)
            .setCreatedAtMs(nowMs)
            .build();
    return new Submission(built, stream, includeUsage);
  }
}
