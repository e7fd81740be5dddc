/** The tokens of a model as a trie of bytes, and sets of them. */
package io.streamweir.text.grammar.vocabulary;
