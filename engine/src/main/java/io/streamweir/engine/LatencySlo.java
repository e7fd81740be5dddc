package io.streamweir.engine;

/**
 * The latency that a request should have. The engine orders and cuts its steps by it; missing it
 * ends nothing.
 *
 * @param ttftMillis from arrival to the first token; 0 for the engine's default
 * @param tpotMillis between tokens; 0 for the engine's default
 */
public record LatencySlo(long ttftMillis, long tpotMillis) {
  public static final LatencySlo NONE = new LatencySlo(0, 0);

  public LatencySlo {
    if (ttftMillis < 0 || tpotMillis < 0) {
      throw new IllegalArgumentException(
          "A latency objective is not negative: ttft "
              + ttftMillis
              + " ms, tpot "
              + tpotMillis
              + " ms; 0 is none");
    }
  }
}
