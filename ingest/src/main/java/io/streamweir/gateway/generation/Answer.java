package io.streamweir.gateway.generation;

/** The answer to one HTTP request: one choice or several. On the event loop only. */
interface Answer {

  /**
   * @param number from 0
   */
  Reply choice(int number);

  /** Called once, when nothing more comes for its choices. */
  default void close() {}
}
