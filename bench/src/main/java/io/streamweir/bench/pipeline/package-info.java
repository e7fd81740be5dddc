/**
 * What the pipeline adds to the engine's own time, and what a saturated offline lane does to online
 * requests.
 */
package io.streamweir.bench.pipeline;
