package io.streamweir.engine;

/** Builds engine requests for tests. */
public final class Requests {
  private static final int[] NONE = {};

  private Requests() {}

  public static EngineRequest online(String id, int[] prompt, SamplingParams sampling) {
    return new EngineRequest(id, prompt, NONE, sampling, Lane.ONLINE, 0, Long.MAX_VALUE);
  }

  public static EngineRequest offline(String id, int[] prompt, SamplingParams sampling) {
    return new EngineRequest(id, prompt, NONE, sampling, Lane.OFFLINE, 0, Long.MAX_VALUE);
  }

  public static EngineRequest resumed(EngineRequest request, int... generated) {
    return new EngineRequest(
        request.sequenceId(),
        request.promptTokenIds(),
        generated,
        request.sampling(),
        request.lane(),
        request.priority(),
        request.deadlineMillis(),
        request.slo(),
        request.cacheSalt(),
        request.mask(),
        request.share(),
        request.reading());
  }

  public static EngineRequest expiring(EngineRequest request, long deadlineMillis) {
    return new EngineRequest(
        request.sequenceId(),
        request.promptTokenIds(),
        request.generatedTokenIds(),
        request.sampling(),
        request.lane(),
        request.priority(),
        deadlineMillis,
        request.slo(),
        request.cacheSalt(),
        request.mask(),
        request.share(),
        request.reading());
  }
}
