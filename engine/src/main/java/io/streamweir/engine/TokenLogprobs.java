package io.streamweir.engine;

/**
 * How probable a token was, by the model's own distribution: before bias, penalties, masks and
 * temperature.
 *
 * @param chosen natural logarithm of the probability of the token that was chosen
 * @param topTokenIds the likeliest tokens, as many as were asked for: the more probable first, then
 *     the lower id
 * @param topLogprobs their logarithms
 */
public record TokenLogprobs(float chosen, int[] topTokenIds, float[] topLogprobs) {}
