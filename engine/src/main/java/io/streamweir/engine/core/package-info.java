/**
 * Continuous batching on paged KV blocks, independent of what computes the logits: a step is
 * schedule, run, postprocess.
 */
package io.streamweir.engine.core;
