/**
 * Structured output: which tokens may come next so that the text of an answer is JSON, fits a
 * schema, a pattern or a grammar, or is one of a few choices. {@link
 * io.streamweir.text.grammar.ConstraintCompiler} is the entry.
 */
package io.streamweir.text.grammar;
