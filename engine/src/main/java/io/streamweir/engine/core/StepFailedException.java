package io.streamweir.engine.core;

import java.util.Set;

/**
 * A step failed because of some of its sequences, and the runner knows which; what it computed for
 * others before is still good. A runner that does not know throws anything else.
 */
public final class StepFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Set<Sequence> culprits;

  /**
   * @param culprits at least one of the step
   */
  public StepFailedException(Set<Sequence> culprits, Throwable cause) {
    super("The step failed for " + culprits + ": " + cause, cause);
    this.culprits = Set.copyOf(culprits);
    if (culprits.isEmpty()) {
      throw new IllegalArgumentException("A runner that knows no culprit throws another exception");
    }
  }

  Set<Sequence> culprits() {
    return culprits;
  }
}
