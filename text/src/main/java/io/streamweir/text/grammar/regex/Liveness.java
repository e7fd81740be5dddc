package io.streamweir.text.grammar.regex;

/** Whether a state can still reach an accepting one. */
enum Liveness {
  UNKNOWN,
  LIVE,
  DEAD
}
