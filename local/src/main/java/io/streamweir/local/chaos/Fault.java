package io.streamweir.local.chaos;

import java.util.Random;

/** Something bad that happens to a stack. */
public interface Fault {

  /** As reports spell it, for example {@code kill.taskmanager}. */
  String code();

  /**
   * Lets it happen; returns when it has happened, not when it is repaired.
   *
   * @param random decides what the fault leaves open
   */
  void inflict(ChaosStack stack, Random random);
}
