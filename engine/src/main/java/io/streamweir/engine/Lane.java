package io.streamweir.engine;

/** Online sequences are served first; offline ones fill what is left. */
public enum Lane {
  ONLINE,
  OFFLINE
}
