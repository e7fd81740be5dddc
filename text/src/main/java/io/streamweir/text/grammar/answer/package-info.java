/** Whole answers as a grammar: reasoning first, then content, or tool calls in the model's form. */
package io.streamweir.text.grammar.answer;
