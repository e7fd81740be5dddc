/**
 * Follows a grammar byte by byte: a pushdown automaton made deterministic and built as far as it is
 * walked.
 */
package io.streamweir.text.grammar.automaton;
