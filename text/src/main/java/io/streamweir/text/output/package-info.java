/**
 * What a model writes, taken apart while it comes: reasoning, content and tool calls, in the form
 * that the model's own files say it uses.
 */
package io.streamweir.text.output;
