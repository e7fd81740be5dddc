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
   * @throws StepFailedException if some sequences are known to be at fault; the contents of all
   *     blocks that earlier steps wrote are then still good
   * @return one row for each chunk that {@linkplain ScheduledStep.Chunk#samples() samples}, in the
   *     order of the chunks; valid until the next call
   */
  StepLogits run(ScheduledStep step);

  /**
   * Makes ready for the next run after one that threw anything else. Whatever the blocks hold is
   * forgotten: each comes as fresh again before it is read.
   */
  default void recover() {}

  /** Frees memory and device. Called once, when no run is under way. */
  @Override
  void close();
}
