package io.streamweir.local.demo;

/**
 * A customer's sentence and what is right about it.
 *
 * @param text as the customer wrote it
 * @param answer what a model should say
 */
record Utterance(String text, Answer answer) {}
