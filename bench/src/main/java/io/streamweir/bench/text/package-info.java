/** What a request costs in text: chat templates, detokenization, masks. No engine, no stack. */
package io.streamweir.bench.text;
