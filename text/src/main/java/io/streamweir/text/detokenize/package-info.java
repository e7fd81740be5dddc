/** Token ids back to text while they come, and where the text has to stop. */
package io.streamweir.text.detokenize;
