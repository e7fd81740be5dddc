package io.streamweir.engine;

/** Receives what an engine does; called from the engine's thread only. */
public interface EngineListener {

  /**
   * A step is done. May block: an engine that outruns its listener waits here, which bounds the
   * memory between them.
   *
   * @throws InterruptedException if the engine is being closed
   */
  void onStep(StepResult result) throws InterruptedException;

  /**
   * The engine is broken as a whole and will not step again; no sequence in flight gets a finish
   * reason from it. The listener closes it, loads another and submits the sequences again from the
   * tokens they have.
   */
  void onFailure(Throwable cause);
}
