/** Random checkpoints of any shape, and checkpoints as GGUF files. */
package io.streamweir.bench.model;
