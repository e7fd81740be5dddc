package io.streamweir.gateway.generation;

/** The answer to one HTTP request: one choice or several. On the event loop only. */
interface Answer {

  /**
   * @param number from 0
   */
  Reply choice(int number);

  /** Called once, if it fails or nobody wants it any more: nothing is needed of what has come. */
  default void discard() {}
}
