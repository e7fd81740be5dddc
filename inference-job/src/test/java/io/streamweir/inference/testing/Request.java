package io.streamweir.inference.testing;

import io.streamweir.schemas.AnswerReading;
import io.streamweir.schemas.DispatchedRequest;
import io.streamweir.schemas.Lane;
import io.streamweir.schemas.RequestKey;
import io.streamweir.schemas.ResolvedSampling;
import io.streamweir.schemas.Topics;
import java.util.ArrayList;
import java.util.List;

/**
 * A request for the scripted engine.
 *
 * @param kind first token of the prompt, see {@link ScriptedRunner}
 * @param deadlineMillis null for none
 */
public record Request(
    String tenant, String id, Lane lane, int kind, int maxTokens, Long deadlineMillis) {

  private static final int PROMPT_TOKENS = 8;

  public static Request online(String tenant, String id, int maxTokens) {
    return new Request(tenant, id, Lane.ONLINE, 1, maxTokens, null);
  }

  public static Request offline(String tenant, String id, int maxTokens) {
    return new Request(tenant, id, Lane.OFFLINE, 1, maxTokens, null);
  }

  public Request ofKind(int other) {
    return new Request(tenant, id, lane, other, maxTokens, deadlineMillis);
  }

  public Request withDeadline(long epochMillis) {
    return new Request(tenant, id, lane, kind, maxTokens, epochMillis);
  }

  public RequestKey key() {
    return new RequestKey(tenant, id);
  }

  public List<Integer> prompt() {
    var tokens = new ArrayList<Integer>(List.of(kind, PROMPT_TOKENS));
    for (int i = tokens.size(); i < PROMPT_TOKENS; i++) {
      tokens.add(Math.floorMod(id.hashCode() * 31 + i, 900));
    }
    return tokens;
  }

  /** All tokens that it gets if nothing ends it early. */
  public List<Integer> completion() {
    return ScriptedRunner.completion(prompt(), maxTokens);
  }

  public DispatchedRequest dispatched() {
    return DispatchedRequest.newBuilder()
        .setRequestId(id)
        .setTenant(tenant)
        .setModel("scripted-model")
        .setDeployment(tenant)
        .setLane(lane)
        .setPromptTokenIds(prompt())
        .setSampling(
            ResolvedSampling.newBuilder()
                .setMaxTokens(maxTokens)
                .setTemperature(0)
                .setTopP(1)
                .setTopK(0)
                .setSeed(1)
                .build())
        .setDeadlineMs(deadlineMillis)
        .setReading(kind == ScriptedRunner.RANDOM ? reading() : null)
        .setReplyPartition(key().partition(Topics.TOKENS.partitions()))
        .build();
  }

  private static AnswerReading reading() {
    return AnswerReading.newBuilder().setTools(ScriptedAnswer.TOOLS).build();
  }
}
