package io.streamweir.gateway.parameters;

import io.streamweir.gateway.generation.Submission;
import io.streamweir.schemas.ChatMessage;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.SamplingParams;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A request while its body is read, parameter by parameter. */
public final class RequestDraft {

  private static final int MOST_MODEL_CHARS = 256;

  private final InferenceRequest.Builder request = InferenceRequest.newBuilder();
  private final SamplingParams.Builder sampling = SamplingParams.newBuilder();
  private final Map<String, String> metadata = new HashMap<>();
  private final Map<String, String> templateVariables = new HashMap<>();
  private final List<ChatMessage> messages = new ArrayList<>();
  private boolean stream;
  private boolean streamOptions;
  private boolean includeUsage;
  private boolean continuousUsage;
  private boolean background;
  private Boolean cancelOnDisconnect;
  private int choices = 1;
  private boolean logprobs;

  public InferenceRequest.Builder request() {
    return request;
  }

  public SamplingParams.Builder sampling() {
    return sampling;
  }

  public Map<String, String> metadata() {
    return metadata;
  }

  /** Extra variables of the chat template, each value as JSON. */
  public Map<String, String> templateVariables() {
    return templateVariables;
  }

  public List<ChatMessage> messages() {
    return messages;
  }

  public void stream(boolean value) {
    stream = value;
  }

  /** Options that make sense with a stream only. */
  public void streamOptions(boolean usage, boolean continuous) {
    streamOptions = true;
    includeUsage = usage;
    continuousUsage = continuous;
  }

  public void background(boolean value) {
    background = value;
  }

  public void cancelOnDisconnect(boolean value) {
    cancelOnDisconnect = value;
  }

  public void choices(int value) {
    choices = value;
  }

  /** Asks for log-probabilities; how many alternatives, {@code top_logprobs} may say. */
  public void logprobs(boolean value) {
    logprobs = value;
  }

  /** No deployment has a longer name, and what is kept of a request should be small. */
  public void model(String name) {
    if (name.length() > MOST_MODEL_CHARS) {
      throw Values.invalid(
          "model",
          "'model' has "
              + name.length()
              + " characters, at most "
              + MOST_MODEL_CHARS
              + " are taken.");
    }
    request.setModel(name);
  }

  /** Upper bound on generated tokens, which has two names; both must say the same. */
  public void maxTokens(String name, int value) {
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
    checkTogether();
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
    return new Submission(
        built,
        new Submission.Delivery(
            stream,
            includeUsage,
            continuousUsage,
            background,
            Optional.ofNullable(cancelOnDisconnect),
            choices));
  }

  /** What one parameter alone cannot tell. */
  private void checkTogether() {
    if (streamOptions && !stream) {
      throw Values.invalid(
          "stream_options", "'stream_options' is only allowed when 'stream' is true.");
    }
    if (background && stream) {
      throw Values.invalid(
          "background",
          "'background' and 'stream' exclude each other: the stream of a request in the background"
              + " is read with GET /v1/streams/REQUEST_ID.");
    }
    if (background && choices > 1) {
      throw Values.unsupported("n", "'n' above 1 is not supported together with 'background'.");
    }
    checkLogprobs();
    var least = sampling.getMinTokens();
    var most = sampling.getMaxTokens();
    if (least != null && most != null && least > most) {
      throw Values.invalid(
          "min_tokens", "'min_tokens' is " + least + ", but 'max_tokens' is " + most + ".");
    }
  }

  private void checkLogprobs() {
    if (logprobs && sampling.getTopLogprobs() == null) {
      sampling.setTopLogprobs(0);
    } else if (!logprobs && sampling.getTopLogprobs() != null) {
      if (sampling.getTopLogprobs() > 0) {
        throw Values.invalid(
            "top_logprobs", "'top_logprobs' is only allowed when 'logprobs' is true.");
      }
      sampling.setTopLogprobs(null);
    }
  }
}
