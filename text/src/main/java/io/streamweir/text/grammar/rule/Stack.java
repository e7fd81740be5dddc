package io.streamweir.text.grammar.rule;

/** What has to follow once the rule at hand is done. Made by {@link Expansion#push}. */
public interface Stack {}
