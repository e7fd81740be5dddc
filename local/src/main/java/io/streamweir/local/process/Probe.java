package io.streamweir.local.process;

/** Asks a process whether it can serve. */
@FunctionalInterface
public interface Probe {

  /** Answers within a second or two; false means not yet. */
  boolean ready();
}
