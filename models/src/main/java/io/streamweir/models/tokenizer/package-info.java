/** A byte-level BPE tokenizer of our own: learned here, written in the Hugging Face format. */
package io.streamweir.models.tokenizer;
