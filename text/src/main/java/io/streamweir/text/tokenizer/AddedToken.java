package io.streamweir.text.tokenizer;

/**
 * An entry of {@code added_tokens}: text that is recognised before the model's own rules apply.
 *
 * @param id the token id
 * @param content the spelling
 * @param special true for control tokens, which are not part of the text a model says
 * @param normalized whether it is looked for in the normalised text, not in the text as it is
 */
record AddedToken(int id, String content, boolean special, boolean normalized) {}
