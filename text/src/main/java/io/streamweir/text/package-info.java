/** What a model reads and writes, as text: templates, tokenizers, detokenization. */
package io.streamweir.text;
