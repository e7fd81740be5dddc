/**
 * The way of dispatched requests into a subtask: one source over the two dispatch topics, with a
 * gate per lane that the operator opens and closes.
 */
package io.streamweir.inference.lanes;
