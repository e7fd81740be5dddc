package io.streamweir.local.chaos;

import java.time.Duration;

/**
 * How a run goes.
 *
 * @param duration of the blows; what is under way then is seen to its end
 * @param seed of plan and load
 * @param plan the blows
 * @param each consumers of each kind
 */
public record ChaosOptions(Duration duration, long seed, FaultPlan plan, int each) {}
