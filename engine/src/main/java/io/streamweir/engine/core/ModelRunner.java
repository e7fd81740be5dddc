package io.streamweir.engine.core;

/**
 * Computes the logits of a step and keeps the keys and values of what it computed in its block
 * pool. All calls but {@link #close} come from one thread.
 */
public interface ModelRunner extends AutoCloseable {

  /** Called once, on the thread that will call {@link #run}, before the first run. */
  default void attach() {}

  /**
   * Computes every chunk of the step.
   *
   * @return one row for each chunk that {@linkplain ScheduledStep.Chunk#samples() samples}, in the
   *     order of the chunks; valid until the next call
   */
  StepLogits run(ScheduledStep step);

  /** Frees memory and device. Called once, when no run is under way. */
  @Override
  void close();
}
