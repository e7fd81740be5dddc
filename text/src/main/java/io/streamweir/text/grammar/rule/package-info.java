/**
 * Context-free grammars whose terminals are regular languages over bytes: what all output formats
 * are translated to.
 */
package io.streamweir.text.grammar.rule;
