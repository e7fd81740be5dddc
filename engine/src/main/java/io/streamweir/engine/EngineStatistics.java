package io.streamweir.engine;

/**
 * The state of an engine after a step; counters run since its start.
 *
 * @param onlineWaiting online sequences not yet in a step
 * @param offlineWaiting offline sequences not yet in a step, preempted ones included
 * @param running sequences that hold KV blocks
 * @param offlineRoom how many further offline sequences the engine would take into its steps now;
 *     what was submitted since the last step is already subtracted
 * @param kvBlocksUsed blocks that sequences hold
 * @param kvBlocksTotal blocks there are
 * @param steps steps done
 * @param generatedTokens completion tokens produced
 * @param preemptions sequences that lost their blocks to others and were put back
 * @param lastStepMicros duration of the last step
 * @param work what the steps computed and what they could leave out
 * @param prediction how long the last step was to take, and how good such predictions are
 * @param reproducible whether the logits of a sequence had the same bits in any batch when that was
 *     tried at load; null if it was not tried
 */
public record EngineStatistics(
    int onlineWaiting,
    int offlineWaiting,
    int running,
    int offlineRoom,
    int kvBlocksUsed,
    int kvBlocksTotal,
    long steps,
    long generatedTokens,
    long preemptions,
    long lastStepMicros,
    StepWork work,
    StepPrediction prediction,
    Boolean reproducible) {

  /** Without what only some engines know of their steps. */
  public EngineStatistics(
      int onlineWaiting,
      int offlineWaiting,
      int running,
      int offlineRoom,
      int kvBlocksUsed,
      int kvBlocksTotal,
      long steps,
      long generatedTokens,
      long preemptions,
      long lastStepMicros) {
    this(
        onlineWaiting,
        offlineWaiting,
        running,
        offlineRoom,
        kvBlocksUsed,
        kvBlocksTotal,
        steps,
        generatedTokens,
        preemptions,
        lastStepMicros,
        StepWork.NONE,
        StepPrediction.NONE,
        null);
  }

  /** The same with sequences that were submitted since. */
  public EngineStatistics withSubmitted(int online, int offline) {
    return new EngineStatistics(
        onlineWaiting + online,
        offlineWaiting + offline,
        running,
        Math.max(0, offlineRoom - offline - online),
        kvBlocksUsed,
        kvBlocksTotal,
        steps,
        generatedTokens,
        preemptions,
        lastStepMicros,
        work,
        prediction,
        reproducible);
  }

  /**
   * What the steps computed and what they could leave out.
   *
   * @param lastSequences sequences in the last step
   * @param lastTokens prompt and completion tokens in it
   * @param lastModelMicros how much of its duration the model took; the rest is the engine's own
   * @param computedTokens tokens computed, those computed again included
   * @param reusedTokens tokens that were not computed because their KV blocks were there
   * @param kvBlocksReusable blocks whose content can be reused, held or not
   * @param kvEvictions reusable contents that had to give way to others
   * @param promotions offline sequences served as online ones for their age
   * @param restarts how often all sequences were computed again after a step that threw
   */
  public record StepWork(
      int lastSequences,
      int lastTokens,
      long lastModelMicros,
      long computedTokens,
      long reusedTokens,
      int kvBlocksReusable,
      long kvEvictions,
      long promotions,
      long restarts) {
    public static final StepWork NONE = new StepWork(0, 0, 0, 0, 0, 0, 0, 0, 0);
  }

  /**
   * How long the last step was to take, and how good such predictions are.
   *
   * @param lastMicros 0 if there was no prediction yet
   * @param meanError mean of |predicted - taken| / taken over about the last 50 steps, each error
   *     counted as 1 at most
   */
  public record StepPrediction(long lastMicros, double meanError) {
    public static final StepPrediction NONE = new StepPrediction(0, 0);
  }
}
