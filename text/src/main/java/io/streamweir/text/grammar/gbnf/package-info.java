/** Grammars that users write, in the notation of llama.cpp (GBNF). */
package io.streamweir.text.grammar.gbnf;
