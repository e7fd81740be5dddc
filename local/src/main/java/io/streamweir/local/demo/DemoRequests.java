package io.streamweir.local.demo;

import io.streamweir.schemas.ChatMessage;
import io.streamweir.schemas.InferenceRequest;
import io.streamweir.schemas.SamplingParams;
import java.util.List;

/**
 * The requests of one run, each with an id that no other run has.
 *
 * @param run unique
 * @param model asked
 */
record DemoRequests(String run, String model) {

  static final String TENANT = "demo";

  /** An answer is one line of JSON: an order number of 16 digits takes as many tokens. */
  private static final int MAX_TOKENS = 64;

  /** What the record keys of the run begin with. */
  String keyPrefix() {
    return TENANT + "/" + run + "-";
  }

  InferenceRequest offline(int number, Utterance utterance) {
    return request("offline", number, utterance, true);
  }

  InferenceRequest online(int number, Utterance utterance) {
    return request("online", number, utterance, false);
  }

  /** Not counted: only so that the first measured request does not meet a cold JVM. */
  InferenceRequest warmUp(int number, Utterance utterance) {
    return InferenceRequest.newBuilder(request("online", number, utterance, false))
        .setRequestId("warmup-" + run + "-" + number)
        .build();
  }

  private InferenceRequest request(String lane, int number, Utterance utterance, boolean offline) {
    return InferenceRequest.newBuilder()
        .setRequestId("%s-%s-%05d".formatted(run, lane, number))
        .setTenant(TENANT)
        .setModel(model)
        .setMessages(
            List.of(ChatMessage.newBuilder().setRole("user").setContent(utterance.text()).build()))
        .setSampling(
            SamplingParams.newBuilder().setMaxTokens(MAX_TOKENS).setTemperature(0.0).build())
        .setOffline(offline)
        .build();
  }
}
