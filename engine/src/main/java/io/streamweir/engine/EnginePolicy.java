package io.streamweir.engine;

import java.util.function.Consumer;

/**
 * How an engine shares itself among its sequences.
 *
 * @param prefixCaching whether computed KV blocks are reused by sequences that begin alike
 * @param stepBudgetMillis how long a step may be predicted to take while online sequences decode
 *     that have no {@link LatencySlo#tpotMillis()}; prompts are cut and offline work is left out to
 *     keep to it, decoding never is; 0 for any length
 * @param offlineStepBudgetMillis the same without online sequences, which is how long an arriving
 *     one waits for its first step; 0 for any length
 * @param onlineKvReserve share of the KV blocks, below 1, that offline sequences are not let into;
 *     those that run may grow into it
 * @param agingMillis when no offline sequence got into a step for so long, one of them is served as
 *     an online one until it ends; 0 for never
 * @param mostRestarts how often in short time the engine starts again from the tokens of its
 *     sequences after steps that threw, with no sequence to blame, before it gives up
 */
public record EnginePolicy(
    boolean prefixCaching,
    long stepBudgetMillis,
    long offlineStepBudgetMillis,
    double onlineKvReserve,
    long agingMillis,
    int mostRestarts) {

  public EnginePolicy {
    requireNotNegative(stepBudgetMillis, "stepBudgetMillis");
    requireNotNegative(offlineStepBudgetMillis, "offlineStepBudgetMillis");
    requireNotNegative(agingMillis, "agingMillis");
    requireNotNegative(mostRestarts, "mostRestarts");
    if (!(onlineKvReserve >= 0 && onlineKvReserve < 1)) {
      throw new IllegalArgumentException(
          "onlineKvReserve is " + onlineKvReserve + ", must be at least 0 and below 1");
    }
  }

  public static EnginePolicy defaults() {
    return new EnginePolicy(true, 200, 500, 0.1, 30_000, 5);
  }

  /** The same with or without reuse of KV blocks. */
  public EnginePolicy withPrefixCaching(boolean prefixCaching) {
    return changed(draft -> draft.prefixCaching = prefixCaching);
  }

  /** The same with other bounds on the duration of a step. */
  public EnginePolicy withStepBudgets(long stepBudgetMillis, long offlineStepBudgetMillis) {
    return changed(
        draft -> {
          draft.stepBudgetMillis = stepBudgetMillis;
          draft.offlineStepBudgetMillis = offlineStepBudgetMillis;
        });
  }

  /** The same with another reserve of KV blocks for the online lane. */
  public EnginePolicy withOnlineKvReserve(double onlineKvReserve) {
    return changed(draft -> draft.onlineKvReserve = onlineKvReserve);
  }

  /** The same with another age at which offline work is promoted. */
  public EnginePolicy withAging(long agingMillis) {
    return changed(draft -> draft.agingMillis = agingMillis);
  }

  /** The same with another number of restarts in short time. */
  public EnginePolicy withMostRestarts(int mostRestarts) {
    return changed(draft -> draft.mostRestarts = mostRestarts);
  }

  /** What can be changed. */
  private static final class Draft {
    private boolean prefixCaching;
    private long stepBudgetMillis;
    private long offlineStepBudgetMillis;
    private double onlineKvReserve;
    private long agingMillis;
    private int mostRestarts;
  }

  private EnginePolicy changed(Consumer<Draft> change) {
    var draft = new Draft();
    draft.prefixCaching = prefixCaching;
    draft.stepBudgetMillis = stepBudgetMillis;
    draft.offlineStepBudgetMillis = offlineStepBudgetMillis;
    draft.onlineKvReserve = onlineKvReserve;
    draft.agingMillis = agingMillis;
    draft.mostRestarts = mostRestarts;
    change.accept(draft);
    return new EnginePolicy(
        draft.prefixCaching,
        draft.stepBudgetMillis,
        draft.offlineStepBudgetMillis,
        draft.onlineKvReserve,
        draft.agingMillis,
        draft.mostRestarts);
  }

  private static void requireNotNegative(long value, String name) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " is " + value + ", must not be negative");
    }
  }
}
