/**
 * What a model reads and writes, as text: {@link io.streamweir.text.ModelText} is the whole of it
 * for one model directory.
 */
package io.streamweir.text;
