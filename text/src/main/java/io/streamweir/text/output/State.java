package io.streamweir.text.output;

/**
 * What a parser expects next. A state decides as soon as no further text could change the decision
 * and not before, so that the events depend on the text alone and not on how it was cut.
 */
interface State {

  /**
   * Takes from the input what it understands.
   *
   * @return the state that goes on with the rest of the input, or null when more text is needed;
   *     once the input has ended, null only when nothing is left
   */
  State advance(Input in, Emitter out);

  /** Whether the text is inside the model's reasoning. */
  default boolean thinking() {
    return false;
  }

  /** Whether a call has started and is not complete. */
  default boolean insideCall() {
    return false;
  }
}
