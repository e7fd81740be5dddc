package io.streamweir.sinks.query;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamweir.schemas.UsageTotals;

/** Accounts added up. Not thread-safe. */
final class UsageSum {

  private long requests;
  private long completed;
  private long promptTokens;
  private long cachedTokens;
  private long completionTokens;
  private long reasoningTokens;
  private long wastedTokens;
  private long engineTimeUs;

  void add(UsageTotals account) {
    requests += account.getRequests();
    completed += account.getCompleted();
    promptTokens += account.getPromptTokens();
    cachedTokens += account.getCachedTokens();
    completionTokens += account.getCompletionTokens();
    reasoningTokens += account.getReasoningTokens();
    wastedTokens += account.getWastedTokens();
    engineTimeUs += account.getEngineTimeUs();
  }

  /** The fields are named as those of the records are. */
  void writeTo(ObjectNode json) {
    json.put("requests", requests)
        .put("completed", completed)
        .put("prompt_tokens", promptTokens)
        .put("cached_tokens", cachedTokens)
        .put("completion_tokens", completionTokens)
        .put("reasoning_tokens", reasoningTokens)
        .put("wasted_tokens", wastedTokens)
        .put("engine_time_us", engineTimeUs);
  }
}
