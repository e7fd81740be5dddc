/**
 * Regular languages over bytes: expressions with intersection and complement, their automata by
 * derivatives, and the patterns people write.
 */
package io.streamweir.text.grammar.regex;
