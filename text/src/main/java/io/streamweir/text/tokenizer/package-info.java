/**
 * Text to token ids and token ids to bytes, as a model's {@code tokenizer.json} defines them: the
 * encoding is done by the Hugging Face library (DJL), the vocabulary is read here.
 */
package io.streamweir.text.tokenizer;
